import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import type { Client, LogEvent } from './client.js';
import { EXIT } from './exit-codes.js';
import { CliFailure } from './failure.js';
import { type ServerContext, serverCommand } from './server-command.js';
import { readSse } from './sse.js';
import { formatInstant } from './terminal/format.js';
import type { CliIo } from './terminal/io.js';
import { type Paint, padEnd, printable, truncate } from './terminal/text.js';

const PAGE_EVENTS = 500;
const LONGEST_PAUSE_SECONDS = 15;

interface TailOptions {
  readonly type?: string;
  readonly after?: string;
  readonly follow: boolean;
}

export const eventsCommand = (io: CliIo): Command =>
  new Command('events').description('The log of everything that happened').addCommand(tailCommand(io));

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
          if (!output.isJson) output.line(eventLine(event, output.paint, output.width));
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

const TYPE_WIDTH = 22;

function eventLine(event: LogEvent, paint: Paint, width: number | undefined): string {
  const when = formatInstant(event.metadata.occurredAt);
  const type = padEnd(event.type, TYPE_WIDTH);
  const facts = printable(`${event.stream}  ${factsOf(event)}`);
  const room = width === undefined ? undefined : width - when.length - type.length - 4;
  const shown = room === undefined ? facts : truncate(facts, Math.max(room, 20));
  return `${paint('dim', when)}  ${paint('bold', type)}  ${shown}`;
}

/** The plain values of an event in one line; what it is about is in the stream's name already. */
const factsOf = ({ data }: LogEvent): string =>
  Object.entries(data)
    .filter(([name, value]) => value !== null && typeof value !== 'object' && !/^(mediaId|jobId)$/.test(name))
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
