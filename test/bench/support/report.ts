import { readFile } from 'node:fs/promises';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { type BenchRow, isMet } from './bench-row.js';

export interface MeasuredRow extends BenchRow {
  readonly suite: string;
  /** Load average of the last minute when its suite began: above 0, somebody else was at work too. */
  readonly loadBefore: number;
}

export interface Report {
  readonly measuredAt: string;
  readonly machine: string;
  readonly rows: readonly MeasuredRow[];
  /** Suites that could not be measured. */
  readonly errors: readonly { readonly suite: string; readonly message: string }[];
}

export const loadNow = (): number => loadavg()[0] ?? Number.NaN;

export async function describeMachine(): Promise<string> {
  const { version } = JSON.parse(
    await readFile(new URL('../../../package.json', import.meta.url), 'utf8'),
  ) as { version: string };
  const [cpu] = cpus();
  return `MediaFlow ${version}, Node ${process.versions.node}, ${cpus().length} × ${cpu?.model.trim() ?? 'CPU'}, ${(totalmem() / 1e9).toFixed(0)} GB, ${process.platform} ${release()}`;
}

/** Three significant digits; whole numbers as they are. */
const figure = (value: number): string =>
  Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));

const orDash = (value: number, unit = ''): string =>
  Number.isNaN(value) ? '–' : `${figure(value)}${unit && ` ${unit}`}`;

const verdict = (row: BenchRow): string => {
  const met = isMet(row);
  if (met === undefined) return '–';
  const aim = row.target && ('atMost' in row.target ? `≤ ${row.target.atMost}` : `≥ ${row.target.atLeast}`);
  return `${met ? 'met' : 'MISSED'} (${aim})`;
};

const HEADINGS = ['what', 'ours', 'limit or peer', 'ratio', 'target', 'load'] as const;

/** The table as Markdown, notes below it; reads well on a terminal too. */
export function renderReport({ measuredAt, machine, rows, errors }: Report): string {
  const cells = rows.map((row) => [
    row.what,
    orDash(row.ours, row.unit),
    orDash(row.limit, row.unit),
    Number.isNaN(row.ratio) ? '–' : row.ratio.toFixed(2),
    verdict(row),
    row.loadBefore.toFixed(1),
  ]);
  const widths = HEADINGS.map((heading, column) =>
    Math.max(heading.length, ...cells.map((line) => line[column]?.length ?? 0)),
  );
  const line = (texts: readonly string[]) =>
    `| ${texts.map((text, column) => text.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [
    `${machine}; ${measuredAt}`,
    '',
    line(HEADINGS),
    line(widths.map((width) => '-'.repeat(width))),
    ...cells.map(line),
    '',
    ...rows.map((row) => `- ${row.what}: ${row.note}`),
    ...errors.map(({ suite, message }) => `- ${suite} could not be measured: ${message}`),
  ].join('\n');
}
