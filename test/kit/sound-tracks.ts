import type { StoredSoundTrack } from '../../src/core/readers/sound-tracks.js';

/** What a file says of a track that nobody has told anything of. */
export const soundTrack = (said: Partial<StoredSoundTrack> = {}): StoredSoundTrack => ({
  ...{ streamIndex: 1, language: null, channels: 2, isDefault: true, title: null },
  ...{ isDescription: false, isCommentary: false },
  ...said,
});
