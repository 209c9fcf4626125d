import { storableText } from './storable-text.js';

/** Where text of an item comes from: its own subtitles, what is said in it, what is written in its pictures. */
export const textOrigins = ['subtitles', 'speech', 'picture'] as const;
export type TextOrigin = (typeof textOrigins)[number];

/** A line and when it is shown or said, from the beginning of what is served. */
export interface TextLine {
  atSeconds: number;
  text: string;
}

/** What belongs together: a track of subtitles, what is said in one language. */
export interface FoundText {
  /** As the file or a model tells it; null where neither does. */
  language: string | null;
  /** Of the track in its file; null where it is no track. */
  streamIndex: number | null;
  lines: TextLine[];
}

/** One event holds all of it, which every log has to take: EventStoreDB takes a megabyte, and sealed it is a third longer. */
const mostBytes = 384 * 1024;
const mostCharactersALine = 500;
/** What a line costs beside its text. */
const bytesALine = 40;

/** On one line, without what nobody sees; control characters are what highlights are marked with. */
export const tidyText = (text: string): string =>
  storableText(text)
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();

/**
 * As much of it as is kept to be searched, the first texts and of these the first lines before those behind; lines are
 * tidied, and those that say nothing are left out. Pure.
 */
export function boundedTexts(texts: readonly FoundText[], maximumBytes = mostBytes): readonly FoundText[] {
  let left = maximumBytes;
  return texts.flatMap(({ language, streamIndex, lines: all }) => {
    const lines: TextLine[] = [];
    for (const { atSeconds, text: whole } of all) {
      const text = tidyText(whole.slice(0, mostCharactersALine * 2))
        .slice(0, mostCharactersALine)
        .toWellFormed();
      if (text === '') continue;
      left -= Buffer.byteLength(JSON.stringify(text)) + bytesALine;
      if (left < 0) break;
      lines.push({ atSeconds: Math.round(atSeconds * 1000) / 1000, text });
    }
    return lines.length > 0 ? [{ language, streamIndex, lines }] : [];
  });
}
