import type { AudioStreamProbe } from '../video-tools.js';

/** What the file says of a track of its sound. */
export type StoredSoundTrack = Pick<AudioStreamProbe, 'language' | 'isDefault'>;
