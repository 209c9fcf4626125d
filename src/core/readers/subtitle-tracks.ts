import { captionFileName, captionLanguages } from '../captions.js';
import type { MediaProbe } from '../media-probe.js';
import { subtitleFileName } from '../subtitle-tools.js';

/** A track of text that is there to be shown, and what the file says of it. */
export interface StoredSubtitleTrack {
  /** Null of what a machine has written. */
  readonly streamIndex: number | null;
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

/** What a track's files are called below the address of its item. */
export const fileOfTrack = (
  { streamIndex, language }: Pick<StoredSubtitleTrack, 'streamIndex' | 'language'>,
  ending: 'vtt' | 'm3u8',
): string =>
  streamIndex === null ? captionFileName(language ?? '', ending) : subtitleFileName(streamIndex, ending);

const writtenByMachine = (language: string): StoredSubtitleTrack => ({
  ...{ streamIndex: null, language, title: null, isDefault: false, isForced: false },
  ...{ isForHearingImpaired: false, isCommentary: false },
});

/** Those whose files are among the names of what was made of the item, in the order of the file, and behind them what a machine has written. */
export const subtitleTracksIn = (
  { subtitles, trackTitles }: ProbedText,
  names: readonly string[],
): readonly StoredSubtitleTrack[] => [
  ...(subtitles ?? []).flatMap(({ streamIndex, language, ...is }) =>
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
  ),
  ...captionLanguages(names).map(writtenByMachine),
];
