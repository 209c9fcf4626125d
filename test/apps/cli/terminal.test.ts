import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { mostSerious } from '../../../src/apps/cli/exit-codes.js';
import { typedCommand } from '../../../src/apps/cli/process-io.js';
import { readSse } from '../../../src/apps/cli/sse.js';
import { formatBytes, formatSeconds } from '../../../src/apps/cli/terminal/format.js';
import { createLiveLines } from '../../../src/apps/cli/terminal/live-lines.js';
import { createOutput } from '../../../src/apps/cli/terminal/output.js';
import { createPace, progressBar } from '../../../src/apps/cli/terminal/progress-bar.js';
import { tableLines } from '../../../src/apps/cli/terminal/table.js';
import {
  type Paint,
  paintFor,
  printable,
  shellWord,
  truncate,
  widthOf,
} from '../../../src/apps/cli/terminal/text.js';

const plain: Paint = (_style, text) => text;

describe('text on a terminal', () => {
  it('carries no control sequences from elsewhere', () => {
    expect(printable('a\x1b[2Jb\nc\u202ed')).toBe('ab c d');
  });

  it('counts wide characters twice and colours not at all', () => {
    expect(widthOf('日本')).toBe(4);
    expect(widthOf('\x1b[31mred\x1b[39m')).toBe(3);
    expect(truncate('日本語の題', 7)).toBe('日本語…');
  });

  it('has colours only on a terminal', () => {
    expect(paintFor(new Writable())('red', 'x')).toBe('x');
  });
});

describe('a command that is said to be typed', () => {
  it('is one word where it has to be', () => {
    expect(shellWord('http://127.0.0.1:3000')).toBe('http://127.0.0.1:3000');
    expect(shellWord("it's; rm")).toBe("'it'\\''s; rm'");
  });

  it('names the program as it was started, also from a folder with a space in its name', () => {
    expect(typedCommand('/usr/bin/mediaflow', false)).toBe('mediaflow');
    expect(typedCommand('/home/ada/my films/bin/mediaflow.js', false)).toBe(
      "node '/home/ada/my films/bin/mediaflow.js'",
    );
    expect(typedCommand('/home/ada/my films/bin/mediaflow.js', true)).toBe('npx mediaflow');
  });
});

describe('whatever a server says', () => {
  const status = 'failed\x1b]0;title\x07\x1b[2J\u202e\x9b31m\r\nnext';

  it('moves no cursor from a cell of a table', () => {
    const columns = [{ title: 'STATUS', value: (row: { status: string }) => row.status }];
    const [, line] = tableLines([{ status }], columns, { paint: plain, width: undefined });
    expect(line).toBe('failed next');
  });

  it('keeps nothing of a line but its colours', () => {
    const written: string[] = [];
    const stdout = new Writable({
      write(chunk, _encoding, done) {
        written.push(String(chunk));
        done();
      },
    });
    createOutput({ stdout, stderr: stdout, env: {} } as never, { json: false }).line(
      `\x1b[1m${status}\x1b[22m`,
    );
    expect(written.join('')).toBe('\x1b[1mfailed \nnext\x1b[22m\n');
  });
});

describe('a table', () => {
  const rows = [{ id: '1', title: 'A title that is far too long for this terminal' }];
  const columns = [
    { title: 'ID', value: (row: { id: string }) => row.id },
    { title: 'TITLE', value: (row: { title: string }) => row.title, flexible: true },
  ];

  it('fits into the terminal by cutting what may be cut', () => {
    const lines = tableLines(rows, columns, { paint: plain, width: 20 });
    expect(lines[1]).toBe('1   A title that is…');
  });

  it('leaves out what is optional where there is no room for it', () => {
    const wider = [...columns, { title: 'WHEN', value: () => '2026-11-21', optional: true }];
    expect(tableLines(rows, wider, { paint: plain, width: 25 })[0]).toBe('ID  TITLE');
    expect(tableLines(rows, wider, { paint: plain, width: 60 })[0]).toMatch(/WHEN$/);
  });

  it('is whole where the output is no terminal', () => {
    expect(tableLines(rows, columns, { paint: plain, width: undefined })[1]).toContain('this terminal');
  });
});

describe('progress', () => {
  it('is a bar of the same width at any fraction', () => {
    for (const fraction of [0, 0.01, 0.333, 0.5, 0.999, 1, 1.2])
      expect(widthOf(progressBar(fraction, 10, plain))).toBe(10);
  });

  it('tells the pace of the last seconds, and forgets it when it begins anew', () => {
    const pace = createPace();
    expect(pace.perSecond()).toBeUndefined();
    for (let second = 0; second <= 20; second++)
      pace.reached(second < 10 ? second : 10 + (second - 10) * 5, second);
    expect(pace.perSecond()).toBeCloseTo(5, 0);
    expect(pace.secondsFor(50)).toBeCloseTo(10, 0);
    pace.reached(0, 21);
    expect(pace.perSecond()).toBeUndefined();
  });

  it('is drawn over itself, and the cursor comes back', () => {
    let text = '';
    const stream = new Writable({
      write(chunk, _encoding, done) {
        text += chunk;
        done();
      },
    });
    const lines = createLiveLines(Object.assign(stream, { columns: 80 }));
    lines.draw(['one', 'two']);
    lines.draw(['three']);
    lines.release();
    expect(text).toBe('\x1b[?25l\r\x1b[Jone\ntwo\n\x1b[2A\r\x1b[Jthree\n\x1b[?25h');
  });
});

describe('what went wrong', () => {
  it('is told with its code, but for an interruption, which the user knows of', () => {
    let text = '';
    const stderr = new Writable({
      write(chunk, _encoding, done) {
        text += chunk;
        done();
      },
    });
    const io = {
      command: 'mediaflow',
      env: {},
      stdout: stderr,
      stderr,
      interrupt: () => new AbortController().signal,
    };
    const output = createOutput(io, { json: false });
    output.failure({ code: 'usage', message: 'No.' });
    output.failure({ code: 'interrupted', message: 'Interrupted.', hint: 'It goes on.' });
    expect(text).toBe('error: No. (usage)\nInterrupted.\nIt goes on.\n');
  });
});

describe('a terminal that does not know its size', () => {
  it('is taken to have 80 columns', () => {
    let text = '';
    const stream = new Writable({
      write(chunk, _encoding, done) {
        text += chunk;
        done();
      },
    });
    const lines = createLiveLines(Object.assign(stream, { columns: 0 }));
    lines.draw(['one']);
    lines.draw(['two']);
    expect(text).toContain('\x1b[1A');
  });
});

describe('figures', () => {
  it('are short and in the units of the field', () => {
    expect([0, 999, 1000, 132_504, 999_960, 1_500_000_000].map(formatBytes)).toEqual([
      '0 B',
      '999 B',
      '1.0 kB',
      '133 kB',
      '1.0 MB',
      '1.5 GB',
    ]);
    expect([3, 65, 7400].map(formatSeconds)).toEqual(['3 s', '1:05', '2:03:20']);
  });

  it('of several exit codes the most serious one counts', () => {
    expect(mostSerious([0, 6, 5])).toBe(5);
    expect(mostSerious([0, 5, 3])).toBe(3);
    expect(mostSerious([])).toBe(0);
  });
});

describe('Server-Sent Events', () => {
  it('are read whole however the bytes are cut, comments left out', async () => {
    const text =
      ': connected\n\nid: 1\n\nid: 2\nevent: X\ndata: {"a":"ü"}\n\n: alive\n\ndata: one\ndata: two\r\n\r\ndata: cut';
    const bytes = new TextEncoder().encode(text);
    for (const size of [1, 3, 1000]) {
      const messages = [];
      for await (const message of readSse(piecesOf(bytes, size))) messages.push(message);
      expect(messages).toEqual([
        { id: '1', data: undefined },
        { id: '2', data: '{"a":"ü"}' },
        { id: undefined, data: 'one\ntwo' },
      ]);
    }
  });
});

async function* piecesOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}
