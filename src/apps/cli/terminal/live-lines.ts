import { columnsOf, type TerminalStream } from './io.js';
import { widthOf } from './text.js';

/** Lines at the end of a terminal that are drawn anew while work goes on. */
export interface LiveLines {
  /** Shows these lines in the place of the last ones. */
  draw(lines: readonly string[]): void;
  /** Leaves what is drawn where it is, and draws below it from now on. */
  release(): void;
}

const HIDE_CURSOR = '\x1b[?25l';
const SHOW_CURSOR = '\x1b[?25h';

export function createLiveLines(stream: TerminalStream): LiveLines {
  let drawn: readonly string[] = [];
  let isHidden = false;

  /** A narrower window may have wrapped them since. */
  const rowsOf = (lines: readonly string[]) =>
    lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / columnsOf(stream))), 0);

  return {
    draw(lines) {
      const up = rowsOf(drawn);
      const back = `${isHidden ? '' : HIDE_CURSOR}${up > 0 ? `\x1b[${up}A` : ''}\r\x1b[J`;
      stream.write(back + lines.map((line) => `${line}\n`).join(''));
      drawn = lines;
      isHidden = true;
    },
    release() {
      if (isHidden) stream.write(SHOW_CURSOR);
      drawn = [];
      isHidden = false;
    },
  };
}
