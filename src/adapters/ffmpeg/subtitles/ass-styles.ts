import { type Placement, placementAt, plainStyle, type TextStyle } from './styled-text.js';

export interface AssStyle {
  readonly style: TextStyle;
  readonly placement: Placement | undefined;
}
export interface AssScript {
  /** By name. */
  readonly styles: ReadonlyMap<string, AssStyle>;
  /** What positions are counted in. */
  readonly width: number;
  readonly height: number;
}

/** Of what tells of no size. */
const usualSize = { width: 384, height: 288 } as const;
const mostStyles = 1000;
export const usualStyle: AssStyle = { style: plainStyle, placement: undefined };

/** As SSA numbers the places of a keypad: 1 to 3 at the bottom, with 4 more at the top, with 8 more in the middle. */
export const keyOfSsa = (alignment: number): number => {
  const column = alignment & 3;
  return column === 0 ? 2 : column + (alignment & 4 ? 6 : alignment & 8 ? 3 : 0);
};

const isOn = (value: string | undefined): boolean => Number(value) !== 0 && Number.isFinite(Number(value));

/** What a script of ASS or SSA says before its dialogue. Whatever of it cannot be read counts as not said. Pure. */
export function readAssScript(header: string): AssScript {
  const styles = new Map<string, AssStyle>();
  const size: { width: number; height: number } = { ...usualSize };
  let section = '';
  let columns: readonly string[] = [];
  for (const line of header.split(/[\r\n]+/)) {
    const [, named] = /^\s*\[([^\]]{1,40})\]/.exec(line) ?? [];
    if (named !== undefined) section = named.toLowerCase();
    const at = line.indexOf(':');
    if (at < 0) continue;
    const key = line.slice(0, at).trim().toLowerCase();
    const value = line.slice(at + 1).trim();
    const told = Number(value);
    if (key === 'playresx' && told > 0 && told < 1e5) size.width = told;
    if (key === 'playresy' && told > 0 && told < 1e5) size.height = told;
    if (!section.endsWith('styles') && !section.endsWith('styles+')) continue;
    const values = value.split(',').map((each) => each.trim());
    if (key === 'format') columns = values.map((each) => each.toLowerCase());
    if (key !== 'style' || styles.size >= mostStyles) continue;
    const valueIn = (column: string) => values[columns.indexOf(column)];
    const alignment = Number(valueIn('alignment'));
    styles.set((valueIn('name') ?? '').replace(/^\*/, ''), {
      style: {
        ...{ bold: isOn(valueIn('bold')), italic: isOn(valueIn('italic')) },
        underline: isOn(valueIn('underline')),
      },
      placement: placementAt(section.includes('+') ? alignment : keyOfSsa(alignment)),
    });
  }
  return { styles, ...size };
}
