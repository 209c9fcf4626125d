import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import type { LogEvent } from './answers.js';
import type { Client } from './client.js';
import { eventLine } from './event-line.js';
import { EXIT } from './exit-codes.js';
import { exportCommand } from './export-events.js';
import { CliFailure } from './failure.js';
import { type ServerContext, serverCommand } from './server-command.js';
import { readSse } from './sse.js';
import type { CliIo } from './terminal/io.js';
import type { Output } from './terminal/output.js';

const PAGE_EVENTS = 500;
const LONGEST_PAUSE_SECONDS = 15;

interface TailOptions {
  readonly type?: string;
  readonly after?: string;
  readonly follow: boolean;
}

export const eventsCommand = (io: CliIo): Command =>
  new Command('events')
    .description('The log of everything that happened')
    .addCommand(tailCommand(io))
    .addCommand(exportCommand(io));

const tailCommand = (io: CliIo): Command =>
  serverCommand(io, {
    command: new Command('tail')
      .description('Show events as they happen; with --json as JSON lines')
      .option('--type <types>', 'only these event types, separated by commas')
      .option('--after <position>', 'begin after this position, or at the `start` of the log (default: now)')
      .option('--no-follow', 'end at the end of the log; begins at its beginning unless --after is given'),
    async run(context: ServerContext, { type, after: given, follow }: TailOptions) {
      const { client, output, signal } = context;
      const after = given === 'start' ? '' : given;
      const events = follow
        ? followLog(context, { type, after })
        : readLog(client, { type, after: after ?? '' });
      try {
        for await (const event of events) {
          output.json(event, { compact: true });
          if (!output.isJson) output.line(lineOf(event, output));
        }
      } catch (error) {
        // Ctrl-C is how one ends this.
        if (!signal.aborted) throw error;
      }
    },
  });

interface Selection {
  readonly type: string | undefined;
  readonly after: string | undefined;
}

async function* readLog(client: Client, { type, after }: { type: string | undefined; after: string }) {
  for (let next = after; ; ) {
    const page = await client.events({ after: next, type, limit: PAGE_EVENTS });
    yield* page.items;
    if (page.items.length < PAGE_EVENTS) return;
    next = page.next;
  }
}

/** Goes on where it broke off when the line or the server goes away; only the first connection must succeed. */
async function* followLog(
  { client, output, signal }: ServerContext,
  { type, after }: Selection,
): AsyncGenerator<LogEvent> {
  let last: string | undefined;
  let connected = false;
  for (let failures = 0; !signal.aborted; ) {
    try {
      const stream = await client.eventStream({ after, type }, last);
      if (failures > 0) output.note('connected again');
      connected = true;
      failures = 0;
      for await (const { id, data } of readSse(stream)) {
        last = id ?? last;
        if (data) yield JSON.parse(data) as LogEvent;
      }
    } catch (error) {
      const isRefused = error instanceof CliFailure && error.exitCode !== EXIT.unreachable;
      if (signal.aborted || !connected || isRefused) throw error;
    }
    failures++;
    if (failures === 1) output.note('the connection ended, trying again');
    await sleep(Math.min(LONGEST_PAUSE_SECONDS, 0.25 * 2 ** failures) * 1000, undefined, { signal });
  }
}

const lineOf = ({ metadata, ...event }: LogEvent, output: Output): string =>
  eventLine({ ...event, ...metadata, about: event.stream }, output);
