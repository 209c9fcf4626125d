import type { AudioStreamProbe, MediaProbe } from '../media-probe.js';

/** What the file says of a track of its sound. */
export interface StoredSoundTrack
  extends Pick<AudioStreamProbe, 'streamIndex' | 'language' | 'channels' | 'isDefault'> {
  /** What people called it; null where nobody did. */
  readonly title: string | null;
  readonly isDescription: boolean;
  readonly isCommentary: boolean;
}

/** What a view keeps of a probe; null what that does not tell. */
export interface ProbedSound {
  readonly audio?: MediaProbe['audio'] | null;
  readonly trackTitles?: MediaProbe['trackTitles'] | null;
}

/** In the order of the file. */
export const soundTracksIn = ({ audio, trackTitles }: ProbedSound): readonly StoredSoundTrack[] =>
  (audio ?? []).map(({ streamIndex, language, channels, isDefault, isDescription, isCommentary }) => ({
    ...{ streamIndex, language, channels, isDefault },
    title: trackTitles?.[streamIndex] ?? null,
    isDescription: isDescription === true,
    isCommentary: isCommentary === true,
  }));
