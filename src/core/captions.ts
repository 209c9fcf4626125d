const folder = 'captions/';

/** What subtitles that a machine has written are called below the address of their item. */
export const captionFileName = (language: string, ending: 'vtt' | 'm3u8'): string =>
  `${folder}${language}.${ending}`;

/** The languages of those among the names of what was made of an item. */
export const captionLanguages = (names: readonly string[]): readonly string[] =>
  names.flatMap((name) =>
    name.startsWith(folder) && name.endsWith('.m3u8') ? [name.slice(folder.length, -'.m3u8'.length)] : [],
  );
