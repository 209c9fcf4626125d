import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { stat, truncate } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { Command, Option } from 'commander';
import type { LogEvent } from './answers.js';
import type { Client } from './client.js';
import { EXIT } from './exit-codes.js';
import { CliFailure, wrongUsage } from './failure.js';
import { type ServerContext, serverCommand } from './server-command.js';
import { formatCount } from './terminal/format.js';
import type { CliIo } from './terminal/io.js';

const PAGE_EVENTS = 500;

interface ExportOptions {
  readonly output: string;
  readonly type?: string;
  readonly from?: string;
  readonly to?: string;
}

export const exportCommand = (io: CliIo): Command =>
  serverCommand(io, {
    command: new Command('export')
      .description('Write the log into a file, an event a line; one that is there is gone on with')
      .addOption(
        new Option('--format <format>', 'how events are written').choices(['ndjson']).default('ndjson'),
      )
      .requiredOption('--output <file>', 'the file')
      .option('--type <types>', 'only these event types, separated by commas')
      .option('--from <position>', 'begin after this position (default: the start of the log)')
      .option('--to <position>', 'end with this position (default: where the log ends)'),
    onInterrupt: () => 'The same command goes on where it was.',
    async run(
      { client, output, signal }: ServerContext,
      { output: file, type, from = '', to }: ExportOptions,
    ) {
      // The server knows its positions; what is none would end nothing.
      if (to !== undefined) await client.events({ after: to, type, limit: 1 });
      const after = (await lastPositionIn(file)) ?? from;
      const out = createWriteStream(file, { flags: 'a', mode: 0o600 });
      const written = finished(out);
      // Told below, where it is waited for.
      written.catch(() => {});
      let events = 0;
      try {
        for await (const event of readUpTo(client, { type, after, to })) {
          signal.throwIfAborted();
          if (!out.write(`${JSON.stringify(event)}\n`)) await Promise.race([once(out, 'drain'), written]);
          events += 1;
          if (events % PAGE_EVENTS === 0) output.live([`${formatCount(events)} events`]);
        }
      } finally {
        out.end();
        await written.catch((cause: unknown) => {
          throw new CliFailure(EXIT.failed, 'file_unwritable', `${file} cannot be written: ${String(cause)}`);
        });
      }
      output.live([]);
      output.json({ file, events });
      output.line(`${formatCount(events)} events written to ${file}`);
    },
  });

async function* readUpTo(
  client: Client,
  {
    type,
    after,
    to,
  }: { readonly type: string | undefined; readonly after: string; readonly to: string | undefined },
): AsyncGenerator<LogEvent> {
  for (let next = after; ; ) {
    const page = await client.events({ after: next, type, limit: PAGE_EVENTS });
    for (const event of page.items) {
      if (to !== undefined && event.position > to) return;
      yield event;
    }
    if (page.items.length < PAGE_EVENTS) return;
    next = page.next;
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
