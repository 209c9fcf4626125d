import { Command, Option } from 'commander';
import type { LogEvent } from './answers.js';
import type { Client } from './client.js';
import type { ExportFormat } from './export/export-format.js';
import { writeNdjson } from './export/ndjson-file.js';
import { writeParquet } from './export/parquet-file.js';
import { type ServerContext, serverCommand } from './server-command.js';
import { formatCount } from './terminal/format.js';
import type { CliIo } from './terminal/io.js';

const PAGE_EVENTS = 500;

const formats = { ndjson: writeNdjson, parquet: writeParquet } satisfies Record<string, ExportFormat>;

interface ExportOptions {
  readonly format: keyof typeof formats;
  readonly output: string;
  readonly type?: string;
  readonly from?: string;
  readonly to?: string;
}

export const exportCommand = (io: CliIo): Command =>
  serverCommand(io, {
    command: new Command('export')
      .description('Write the log into a file; lines that are there are gone on with')
      .addOption(
        new Option('--format <format>', 'an event a line, or a row')
          .choices(Object.keys(formats))
          .default('ndjson'),
      )
      .requiredOption('--output <file>', 'the file')
      .option('--type <types>', 'only these event types, separated by commas')
      .option('--from <position>', 'begin after this position (default: the start of the log)')
      .option('--to <position>', 'end with this position (default: where the log ends)'),
    onInterrupt: () => 'The same command goes on where it was, or, of Parquet, begins anew.',
    async run(
      { client, output, signal }: ServerContext,
      { format, output: file, type, from = '', to }: ExportOptions,
    ) {
      // The server knows its positions; what is none would end nothing.
      if (to !== undefined) await client.events({ after: to, type, limit: 1 });
      let events = 0;
      await formats[format](file, async function* (after = from) {
        for await (const event of readUpTo(client, { type, after, to })) {
          signal.throwIfAborted();
          yield event;
          events += 1;
          if (events % PAGE_EVENTS === 0) output.live([`${formatCount(events)} events`]);
        }
      });
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
