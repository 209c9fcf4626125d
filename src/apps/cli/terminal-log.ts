import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

const LEVELS: Readonly<Record<number, readonly [name: string, style: Style]>> = {
  20: ['debug', 'dim'],
  30: ['info', 'green'],
  40: ['warn', 'yellow'],
  50: ['error', 'red'],
};
/** What every line carries and a person at a terminal does not need. */
const HIDDEN = new Set(['level', 'time', 'pid', 'hostname', 'msg']);

const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** One line of the structured log as a person reads it; what is no such line is given back as it is. */
export function readableLine(line: string): string {
  let entry: Record<string, unknown>;
  try {
    entry = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return line;
  }
  const [name, style] = LEVELS[Number(entry.level)] ?? ['log', 'dim'];
  const time = new Date(Number(entry.time)).toLocaleTimeString('sv');
  const fields = Object.entries(entry).filter(([key]) => !HIDDEN.has(key));
  const details = fields.map(([key, value]) => `${key}=${shown(value)}`).join(' ');
  return [
    styleText('dim', time),
    styleText(style, name.padEnd(5)),
    entry.msg,
    ...(details ? [styleText('dim', details)] : []),
  ].join(' ');
}

/** A destination for the logger that writes readable lines to a terminal. */
export const terminalLog = (output: NodeJS.WritableStream) => ({
  write(lines: string): void {
    for (const line of lines.split('\n')) if (line !== '') output.write(`${readableLine(line)}\n`);
  },
});
