import { stripVTControlCharacters, styleText } from 'node:util';

export type Style = Parameters<typeof styleText>[0];
/** Paints text, or leaves it as it is where colours are not wanted. */
export type Paint = (style: Style, text: string) => string;

/** Respects what the stream is and NO_COLOR, FORCE_COLOR. */
export const paintFor =
  (stream: NodeJS.WritableStream): Paint =>
  (style, text) =>
    styleText(style, text, { stream });

/** Text from elsewhere, safe to show: a title must not move the cursor or change the terminal. */
export const printable = (text: string): string =>
  stripVTControlCharacters(text).replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ');

// biome-ignore lint/suspicious/noControlCharactersInRegex: it begins what draws colours
const COLOURS_AND_LINES = /(\u001b\[[\d;]*m|\n)/u;

/** Whole lines, colours and all, without anything else that a terminal would obey: for what nobody thought to make printable. */
export const harmless = (text: string): string =>
  text
    .split(COLOURS_AND_LINES)
    .map((part, index) =>
      index % 2 === 1 ? part : stripVTControlCharacters(part).replaceAll(/[\p{Cc}\p{Bidi_Control}]+/gu, ' '),
    )
    .join('');

/** Text as one word of a POSIX shell. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

/** Columns that text takes, colours not counted; close enough for wide scripts. */
export function widthOf(text: string): number {
  let width = 0;
  for (const { segment } of new Intl.Segmenter().segment(stripVTControlCharacters(text)))
    width +=
      /\p{Extended_Pictographic}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]/u.test(
        segment,
      )
        ? 2
        : 1;
  return width;
}

export const padEnd = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - widthOf(text)));
export const padStart = (text: string, width: number): string =>
  ' '.repeat(Math.max(0, width - widthOf(text))) + text;

/** At most so many columns, an ellipsis in place of the rest. Only for text without colours. */
export function truncate(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = '';
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (widthOf(kept) + widthOf(segment) > width - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}
