import { type SpokenLanguage, spokenLanguage } from './spoken-language.js';

/** What is told of a track, be it of sound or of text. */
export interface NamedTrack {
  /** As the file tells it. */
  readonly language: string | null;
  /** What it is beside its language; null where there is nothing to be said. */
  readonly about: string | null;
}

/** Quoted strings of a playlist hold no quotes and no ends of lines (RFC 8216bis §4.2). */
const quotable = (text: string): string =>
  text.replaceAll('"', '”').replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ');

/** Title and language, unless one tells the other: players list all languages in one menu. */
function nameOf(about: string | null, language: SpokenLanguage | null): string | null {
  if (about === null) return language?.name ?? null;
  const tells = (name: string) => about.toLowerCase().includes(name.toLowerCase());
  return language && !tells(language.name) && !tells(language.englishName)
    ? `${language.name} – ${about}`
    : about;
}

/** What players list tracks as, each by another name: `otherwise` and a number where nothing is told. */
export function trackNames(tracks: readonly NamedTrack[], otherwise: string): readonly string[] {
  const names = new Set<string>();
  return tracks.map(({ language, about }) => {
    const said = quotable(nameOf(about, spokenLanguage(language)) ?? otherwise);
    let name = said;
    for (let number = 2; names.has(name); number += 1) name = `${said} ${number}`;
    names.add(name);
    return name;
  });
}
