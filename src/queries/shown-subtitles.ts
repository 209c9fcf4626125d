import { z } from 'zod';
import { fileOfTrack, type StoredSubtitleTrack } from '../core/readers/subtitle-tracks.js';
import type { AlternativeRendition } from './alternative-rendition.js';
import { spokenLanguage } from './spoken-language.js';
import { trackNames } from './track-name.js';

export const subtitleTrackSchema = z.object({
  name: z.string().describe('What players list it as; no other of the item has the same'),
  language: z.string().nullable().describe('BCP 47; null where the file tells none'),
  title: z.string().nullable().describe('As people called it in the file'),
  isDefault: z.boolean().describe('Players show it unless their user has chosen otherwise'),
  isForced: z
    .boolean()
    .describe('Of what is not in the language that is heard alone: signs, and a few words'),
  isForHearingImpaired: z.boolean().describe('It tells of sounds as well'),
  isCommentary: z.boolean().describe('What somebody says about the film; no player chooses it by itself'),
  isMachineMade: z
    .literal(true)
    .exactOptional()
    .describe('A model has written down what it heard, which may be wrong; absent of all else'),
  url: z.string().describe('Path on this server, of the whole as WebVTT'),
});

/** A track as it is listed. */
export interface ShownSubtitles {
  readonly track: StoredSubtitleTrack;
  readonly name: string;
  readonly language: string | null;
  readonly isDefault: boolean;
}

const isMachineMade = ({ streamIndex }: StoredSubtitleTrack): boolean => streamIndex === null;

const aboutOf = (track: StoredSubtitleTrack) => (isMachineMade(track) ? 'automatic' : aboutInFile(track));
const aboutInFile = ({ title, isForced, isForHearingImpaired, isCommentary }: StoredSubtitleTrack) =>
  title ?? (isCommentary ? 'Commentary' : isForced ? 'Forced' : isForHearingImpaired ? 'SDH' : null);

/**
 * Programs mark the first track of any file as default, so that alone says little. It is shown by itself where it is of what is
 * not in the language that is heard, or where the file says that it is in another.
 */
const isShownByItself = (track: StoredSubtitleTrack, heard: string | null): boolean => {
  if (!track.isDefault || track.isCommentary) return false;
  const [read, spoken] = [spokenLanguage(track.language)?.tag, spokenLanguage(heard)?.tag];
  return track.isForced || (read !== undefined && spoken !== undefined && read !== spoken);
};

/** In the order of the file; one at the most is the default. `heard`: the language of its main sound, as the file tells it. */
export function shownSubtitles(
  tracks: readonly StoredSubtitleTrack[],
  heard: string | null,
): readonly ShownSubtitles[] {
  const byItself = tracks.find((track) => isShownByItself(track, heard));
  const names = trackNames(
    tracks.map((track) => ({ language: track.language, about: aboutOf(track) })),
    'Subtitles',
  );
  return tracks.map((track, index) => ({
    ...{ track, name: names[index] ?? '', isDefault: track === byItself },
    language: spokenLanguage(track.language)?.tag ?? null,
  }));
}

const forHearingImpaired = [
  'public.accessibility.transcribes-spoken-dialog',
  'public.accessibility.describes-music-and-sound',
];

/** Members of a group that a player may choose by itself have to differ in one of these (RFC 8216, 4.3.4.1.1). */
const choiceOf = ({ track, language }: ShownSubtitles): string =>
  `${language} ${track.isForced} ${track.isForHearingImpaired}`;

/** The first of each choice, and before it what is shown by itself: that has to be among them. */
function autoselected(shown: readonly ShownSubtitles[]): ReadonlySet<ShownSubtitles> {
  const ordered = shown
    .filter(({ track }) => !track.isCommentary)
    .toSorted((a, b) => Number(b.isDefault) - Number(a.isDefault));
  return new Set([...Map.groupBy(ordered, choiceOf).values()].flatMap(([first]) => first ?? []));
}

/** As a playlist offers them, which lies in a folder beside theirs. */
export function subtitleAlternatives(shown: readonly ShownSubtitles[]): readonly AlternativeRendition[] {
  const chosen = autoselected(shown);
  return shown.map((each) => {
    const { track, name, language, isDefault } = each;
    return {
      type: 'SUBTITLES',
      ...{ language, name, isDefault, isAutoselected: chosen.has(each), isForced: track.isForced },
      ...(track.isForHearingImpaired && { characteristics: forHearingImpaired }),
      ...(isMachineMade(track) && { characteristics: ['public.machine-generated'] }),
      uri: `../${fileOfTrack(track, 'm3u8')}`,
    };
  });
}

/** As an item tells of them. */
export const toSubtitleTracks = (
  shown: readonly ShownSubtitles[],
  url: (path: string) => string,
): z.infer<typeof subtitleTrackSchema>[] =>
  shown.map(({ track, name, language, isDefault }) => ({
    ...{ name, language, title: track.title, isDefault, isForced: track.isForced },
    isForHearingImpaired: track.isForHearingImpaired,
    isCommentary: track.isCommentary,
    ...(isMachineMade(track) && { isMachineMade: true as const }),
    url: url(fileOfTrack(track, 'vtt')),
  }));
