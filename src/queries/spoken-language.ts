/** A language as playlists tell it: its tag (RFC 5646) and what its speakers call it. */
export interface SpokenLanguage {
  readonly tag: string;
  readonly name: string;
  /** What it is called in English, as many titles are written. */
  readonly englishName: string;
}

/** By what a file says: ISO 639-2 in MP4 and Matroska (`eng`, `ger`), sometimes a tag already. Null when it names no language. */
export function spokenLanguage(said: string | null | undefined): SpokenLanguage | null {
  try {
    const [tag = ''] = Intl.getCanonicalLocales(said ?? '');
    const called = (locale: string) =>
      new Intl.DisplayNames([locale], { type: 'language', fallback: 'none' }).of(tag);
    const name = called(tag);
    return name && !name.includes('"') ? { tag, name, englishName: called('en') ?? name } : null;
  } catch {
    return null;
  }
}
