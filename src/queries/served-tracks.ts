import type { StoredSoundTrack } from '../core/readers/sound-tracks.js';
import { furtherAudioName, mainAudioName, servedAudio } from '../core/served-audio.js';
import { type SpokenLanguage, spokenLanguage } from './spoken-language.js';

/** A track of a film's sound that is there to be chosen. */
export interface ServedTrack<Rendition> {
  readonly rendition: Rendition;
  /** A tag of RFC 5646; null where the file tells none. */
  readonly language: string | null;
  /** What it is listed as; no other of the film has the same. */
  readonly name: string;
  readonly isDefault: boolean;
  /** What the file says of it; undefined where it is not known. */
  readonly track: StoredSoundTrack | undefined;
}

interface NamedRendition {
  readonly name: string;
  readonly kind: 'video' | 'audio';
}

/** The main track first, then those that are there of all others, in the order of the file. */
export function servedTracks<Rendition extends NamedRendition>(
  renditions: readonly Rendition[],
  tracks: readonly StoredSoundTrack[],
): readonly ServedTrack<Rendition>[] {
  const sounds = renditions.filter(({ kind }) => kind === 'audio');
  const ofName = (name: string) => sounds.filter((each) => each.name === name);
  const main = servedAudio(tracks);
  const served = [
    ...ofName(mainAudioName).map((rendition) => ({ rendition, track: main })),
    ...tracks.flatMap((track) =>
      ofName(furtherAudioName(track.streamIndex)).map((rendition) => ({ rendition, track })),
    ),
  ];
  const isOneOfSeveral = served.length > 1;
  const names = new Set<string>();
  return served.map(({ rendition, track }, index) => {
    const language = spokenLanguage(track?.language);
    const said = isOneOfSeveral && track ? nameOf(track, language) : (language?.name ?? 'Audio');
    const name = unlike(quotable(said), names);
    names.add(name);
    return { rendition, language: language?.tag ?? null, name, isDefault: index === 0, track };
  });
}

/** Title and language, unless one tells the other: players list all languages in one menu. */
function nameOf(
  { title, isDescription, isCommentary }: StoredSoundTrack,
  language: SpokenLanguage | null,
): string {
  const about = title ?? (isDescription ? 'Audio description' : isCommentary ? 'Commentary' : null);
  if (about === null) return language?.name ?? 'Audio';
  const tells = (name: string) => about.toLowerCase().includes(name.toLowerCase());
  return language && !tells(language.name) && !tells(language.englishName)
    ? `${language.name} – ${about}`
    : about;
}

/** Quoted strings of a playlist hold no quotes and no ends of lines (RFC 8216bis §4.2). */
const quotable = (text: string): string =>
  text.replaceAll('"', '”').replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ');

function unlike(name: string, others: ReadonlySet<string>): string {
  if (!others.has(name)) return name;
  let number = 2;
  while (others.has(`${name} ${number}`)) number += 1;
  return `${name} ${number}`;
}
