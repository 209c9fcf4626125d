import type { TextLine } from '../../../core/found-text.js';
import type { Probe } from '../media-values.js';

/** What a file tells of itself in words, whoever wrote it there. */
export interface FileTexts {
  /** Of its container, a recording, a photograph, its tracks. */
  readonly tags: readonly string[];
  readonly chapters: readonly TextLine[];
}

export const noFileTexts: FileTexts = { tags: [], chapters: [] };

/** Pure. */
export function fileTextsOf({ tags, song, photo, trackTitles, chapters = [] }: Probe): FileTexts {
  const told = [tags, song ?? {}, photo ?? {}, trackTitles ?? {}].flatMap((record) => Object.values(record));
  return {
    tags: [...new Set(told.flat().filter((value) => typeof value === 'string'))],
    chapters: chapters.flatMap(({ startSeconds, title }) =>
      title === null ? [] : [{ atSeconds: startSeconds, text: title }],
    ),
  };
}
