import { subtitleFileName } from '../subtitle-tools.js';
import type { MediaProbe } from '../video-tools.js';

/** A track of text that is there to be shown, and what the file says of it. */
export interface StoredSubtitleTrack {
  readonly streamIndex: number;
  readonly language: string | null;
  /** What people called it; null where nobody did. */
  readonly title: string | null;
  readonly isDefault: boolean;
  readonly isForced: boolean;
  readonly isForHearingImpaired: boolean;
  readonly isCommentary: boolean;
}

/** What a view keeps of a probe; null what that does not tell. */
export interface ProbedText {
  readonly subtitles?: MediaProbe['subtitles'] | null;
  readonly trackTitles?: MediaProbe['trackTitles'] | null;
}

/** Those whose files are among the names of what was made of the item, in the order of the file. */
export const subtitleTracksIn = (
  { subtitles, trackTitles }: ProbedText,
  names: readonly string[],
): readonly StoredSubtitleTrack[] =>
  (subtitles ?? []).flatMap(({ streamIndex, language, ...is }) =>
    streamIndex === undefined || !names.includes(subtitleFileName(streamIndex, 'm3u8'))
      ? []
      : [
          {
            ...{ streamIndex, language, title: trackTitles?.[streamIndex] ?? null },
            ...{ isDefault: is.isDefault === true, isForced: is.isForced === true },
            isForHearingImpaired: is.isForHearingImpaired === true,
            isCommentary: is.isCommentary === true,
          },
        ],
  );
