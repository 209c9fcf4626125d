import { vttText } from '../../../core/webvtt.js';

/** How a piece of text is written. */
export interface TextStyle {
  readonly bold: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
}
export const plainStyle: TextStyle = { bold: false, italic: false, underline: false };

/** Text in one style, with `\n` between lines. */
export interface StyledText extends TextStyle {
  readonly text: string;
}

/** Where in the picture a text stands, in hundredths of its height and width. Where it says nothing, at the bottom and in the middle. */
export interface Placement {
  readonly linePercent?: number;
  readonly positionPercent?: number;
  readonly align?: 'left' | 'right';
}

/** What a subtitle shows. */
export interface SubtitleText {
  readonly runs: readonly StyledText[];
  readonly placement?: Placement;
}

export const plainText = (text: string): SubtitleText => ({ runs: [{ ...plainStyle, text }] });

/** More is no subtitle: nobody could read it. */
const longestCharacters = 2000;
const mostLines = 20;

const tags = [
  ['bold', 'b'],
  ['italic', 'i'],
  ['underline', 'u'],
] as const;

/** Without what cannot be shown; blanks at the ends of lines are for the caller to see. */
const tidy = (text: string): string =>
  text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/[^\S\n\u00a0\u3000]/g, ' ')
    .replace(/(?!\n)\p{Cc}/gu, '');

const writtenLine = (runs: readonly StyledText[]): string =>
  runs
    .map((run) => {
      const names = tags.flatMap(([style, name]) => (run[style] && run.text.trim() ? [name] : []));
      const open = names.map((name) => `<${name}>`).join('');
      const close = names
        .toReversed()
        .map((name) => `</${name}>`)
        .join('');
      return `${open}${vttText(run.text)}${close}`;
    })
    .join('')
    .trim();

/** As a cue of WebVTT shows it: each line has its own tags, and none is empty. Empty when there is nothing to be seen. Pure. */
export function vttPayload({ runs }: SubtitleText): string {
  const lines: StyledText[][] = [[]];
  let left = longestCharacters;
  for (const run of runs) {
    const text = [...tidy(run.text.slice(0, longestCharacters * 4))].slice(0, left).join('');
    left -= [...text].length;
    for (const [index, piece] of text.split('\n').entries()) {
      if (index > 0) lines.push([]);
      if (piece !== '') lines.at(-1)?.push({ ...run, text: piece });
    }
  }
  return lines
    .filter((line) =>
      /[^\s\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u.test(line.map(({ text }) => text).join('')),
    )
    .slice(0, mostLines)
    .map(writtenLine)
    .join('\n');
}

const percent = (value: number): string => `${Math.min(100, Math.max(0, Math.round(value)))}%`;

/** What stands behind the times of a cue. Pure. */
export function vttSettings({ placement = {} }: SubtitleText): string {
  const { linePercent, positionPercent, align } = placement;
  return [
    ...(linePercent === undefined ? [] : [`line:${percent(linePercent)}`]),
    ...(positionPercent === undefined ? [] : [`position:${percent(positionPercent)}`]),
    ...(align === undefined ? [] : [`align:${align}`]),
  ].join(' ');
}

/** Of the nine places of a keypad, as ASS numbers them: 2 is at the bottom in the middle. */
export function placementAt(key: number): Placement | undefined {
  if (!Number.isInteger(key) || key < 1 || key > 9 || key === 2) return undefined;
  const row = Math.floor((key - 1) / 3);
  const column = (key - 1) % 3;
  return {
    ...(row === 0 ? {} : { linePercent: row === 1 ? 50 : 5 }),
    ...(column === 0 ? { positionPercent: 5, align: 'left' as const } : {}),
    ...(column === 2 ? { positionPercent: 95, align: 'right' as const } : {}),
  };
}
