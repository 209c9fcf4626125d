import { type AssScript, type AssStyle, keyOfSsa, usualStyle } from './ass-styles.js';
import { type Placement, placementAt, type StyledText, type SubtitleText } from './styled-text.js';

/** What stands before the text of an event in Matroska: its number, layer, style, speaker, three margins and an effect. */
const fieldsBefore = 8;
const styleField = 2;

/** Blocks of overrides. What is in one is short, and anything longer is text. */
const blocks = /\{([^{}]{0,2000})\}/g;
const mostOverrides = 200;

interface Told {
  style: StyledText;
  placement: Placement | undefined;
  /** Shapes, not letters. */
  isDrawing: boolean;
}

const isBold = (value: number): boolean => value === 1 || value >= 600;

function applyOverride(told: Told, override: string, script: AssScript, usual: AssStyle): void {
  const [, name, digits] = /^(an|[aiubp])(-?\d{1,4})\s*$/.exec(override) ?? [];
  const value = Number(digits);
  if (name === 'i') told.style = { ...told.style, italic: value === 1 };
  else if (name === 'u') told.style = { ...told.style, underline: value === 1 };
  else if (name === 'b') told.style = { ...told.style, bold: isBold(value) };
  else if (name === 'p') told.isDrawing = value > 0;
  else if (name === 'an') told.placement = placementAt(value);
  else if (name === 'a') told.placement = placementAt(keyOfSsa(value));
  else if (override.startsWith('r'))
    told.style = { text: '', ...(script.styles.get(override.slice(1).trim()) ?? usual).style };
  else {
    const [, at = ''] = /^(?:pos|move)\(([^()]{0,100})/.exec(override) ?? [];
    told.placement = placedAt(at, script) ?? told.placement;
  }
}

function placedAt(at: string, { width, height }: AssScript): Placement | undefined {
  const [x = Number.NaN, y = Number.NaN] = at.split(',').map(Number);
  if (!Number.isFinite(x) || !Number.isFinite(y)) return undefined;
  return { linePercent: (y / height) * 100, positionPercent: (x / width) * 100 };
}

/** `\N` begins a line, `\n` is a blank where lines are broken by themselves, `\h` one that nothing breaks at. */
const lettersOf = (text: string): string =>
  text.replace(/\\([Nnh])/g, (_, letter) => (letter === 'N' ? '\n' : letter === 'n' ? ' ' : '\u00a0'));

/** An event of ASS or SSA as Matroska holds it. What WebVTT has no word for goes: colours, sizes, motion, karaoke, shapes. Pure. */
export function assText(event: string, script: AssScript): SubtitleText {
  const fields = event.split(',', fieldsBefore);
  const text = event.slice(fields.reduce((length, field) => length + field.length + 1, 0));
  const usual = script.styles.get((fields[styleField] ?? '').trim()) ?? usualStyle;
  const told: Told = { style: { text: '', ...usual.style }, placement: usual.placement, isDrawing: false };
  const runs: StyledText[] = [];
  const write = (piece: string) => {
    if (!told.isDrawing && piece !== '') runs.push({ ...told.style, text: lettersOf(piece) });
  };
  let from = 0;
  for (const { 0: all, 1: inside = '', index } of text.matchAll(blocks)) {
    write(text.slice(from, index));
    from = index + all.length;
    for (const override of inside.split('\\').slice(1, mostOverrides))
      applyOverride(told, override, script, usual);
  }
  write(text.slice(from));
  return { runs, ...(told.placement && { placement: told.placement }) };
}
