import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { stat, truncate } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import type { LogEvent } from '../answers.js';
import { wrongUsage } from '../failure.js';
import { type ReadEvents, unwritable } from './export-format.js';

/** An event a line. A file that is there is gone on with. */
export async function writeNdjson(file: string, read: ReadEvents): Promise<void> {
  const after = await lastPositionIn(file);
  const out = createWriteStream(file, { flags: 'a', mode: 0o600 });
  const written = finished(out);
  // Told below, where it is waited for.
  written.catch(() => {});
  try {
    for await (const event of read(after))
      if (!out.write(`${JSON.stringify(event)}\n`)) await Promise.race([once(out, 'drain'), written]);
  } finally {
    out.end();
    await written.catch((cause: unknown) => {
      throw unwritable(file, cause);
    });
  }
}

/** What each line begins with. */
const BEGINNING = '{"position":"';

/**
 * Of a file that was begun; half a line that a killed program has left is taken away. Undefined where there is none. Throws where the
 * file is anything else, of which nothing is touched.
 */
async function lastPositionIn(file: string): Promise<string | undefined> {
  const size = await stat(file).then(
    (found) => found.size,
    () => 0,
  );
  if (size === 0) return undefined;
  let wholeBytes = 0;
  let read = 0;
  let first = '';
  let line = '';
  let last = '';
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    if (read === 0) first = chunk.toString('utf8', 0, BEGINNING.length);
    if (!BEGINNING.startsWith(first)) throw isNoExport(file);
    const end = chunk.lastIndexOf(0x0a);
    const lines = (line + chunk.toString('utf8')).split('\n');
    line = lines.pop() ?? '';
    last = lines.findLast((each) => each !== '') ?? last;
    if (end >= 0) wholeBytes = read + end + 1;
    read += chunk.length;
  }
  const position = last === '' ? undefined : positionIn(last, file);
  if (wholeBytes < size) await truncate(file, wholeBytes);
  return position;
}

function positionIn(line: string, file: string): string {
  try {
    const { position } = JSON.parse(line) as Partial<LogEvent>;
    if (typeof position === 'string') return position;
  } catch {
    // Told below.
  }
  throw isNoExport(file);
}

const isNoExport = (file: string) =>
  wrongUsage(`${file} is there already and is no export of events: name another file.`);
