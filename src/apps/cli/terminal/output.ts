import type { CliFailure } from '../failure.js';
import { type CliIo, columnsOf } from './io.js';
import { createLiveLines } from './live-lines.js';
import { type Column, tableLines } from './table.js';
import { harmless, type Paint, paintFor, printable } from './text.js';

/** How a command speaks: results to stdout, everything on the way there to stderr. */
export interface Output {
  readonly isJson: boolean;
  /** Whether there is somebody who watches progress. */
  readonly isLive: boolean;
  /** Columns of the terminal that results go to, undefined when it is none. */
  readonly width: number | undefined;
  readonly paint: Paint;
  /** For what is said on stderr. */
  readonly notePaint: Paint;
  /** A result for people; nothing with `--json`. */
  line(text?: string): void;
  table<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): void;
  /** A result for scripts; nothing without `--json`. Several become JSON lines when `compact`. */
  json(value: unknown, options?: { readonly compact?: boolean }): void;
  /** Something to know on the way; not with `--json`. */
  note(text: string): void;
  failure(failure: Pick<CliFailure, 'message' | 'code' | 'hint'>): void;
  /** Progress, drawn in place; only where it {@link isLive}. */
  live(lines: readonly string[]): void;
  /** Leaves the progress as it is drawn. */
  end(): void;
}

export function createOutput(io: CliIo, { json }: { readonly json: boolean }): Output {
  const { stdout, stderr } = io;
  const paint = paintFor(stdout);
  const notePaint = paintFor(stderr);
  const width = stdout.isTTY ? columnsOf(stdout) : undefined;
  const isLive = !json && stderr.isTTY === true && io.env.TERM !== 'dumb';
  const liveLines = createLiveLines(stderr);
  let drawn: readonly string[] = [];

  /** Says something above the progress that is being drawn. */
  function say(stream: NodeJS.WritableStream, text: string): void {
    if (drawn.length > 0) liveLines.draw([]);
    stream.write(`${harmless(text)}\n`);
    if (drawn.length > 0) liveLines.draw(drawn);
  }

  return {
    isJson: json,
    isLive,
    width,
    paint,
    notePaint,
    line: (text = '') => {
      if (!json) say(stdout, text);
    },
    table(rows, columns) {
      if (json) return;
      say(stdout, tableLines(rows, columns, { paint, width }).join('\n'));
    },
    json(value, { compact = false } = {}) {
      if (json) stdout.write(`${compact ? JSON.stringify(value) : JSON.stringify(value, null, 2)}\n`);
    },
    note: (text) => {
      if (!json) say(stderr, notePaint('dim', text));
    },
    failure({ message, code, hint }) {
      if (json) {
        stderr.write(`${JSON.stringify({ error: { code, message, ...(hint ? { hint } : {}) } })}\n`);
        return;
      }
      if (code === 'interrupted') say(stderr, message);
      else
        say(
          stderr,
          `${notePaint('red', 'error:')} ${printable(message)} ${notePaint('dim', `(${printable(code)})`)}`,
        );
      if (hint) say(stderr, notePaint('dim', hint));
    },
    live(lines) {
      if (!isLive) return;
      if (lines.length === 0 && drawn.length === 0) return;
      drawn = lines;
      liveLines.draw(lines);
    },
    end() {
      drawn = [];
      liveLines.release();
    },
  };
}
