import { Readable } from 'node:stream';
import { z } from 'zod';
import { endpoint } from '../core/endpoint.js';
import { conflict, invalid } from '../core/errors.js';
import type { StoredEvent } from '../core/event.js';
import type { EventStore } from '../core/event-store.js';
import { isAfter, type Position, START } from '../core/position.js';

const HEARTBEAT_MILLISECONDS = 15_000;

const positionSchema = z.string().regex(/^[0-9A-Za-z]{0,64}$/, 'is no position of this server');
const typesSchema = z
  .string()
  .max(2000)
  .optional()
  .describe('Only these event types, separated by commas')
  .transform((text) => text?.split(',').filter((type) => type !== ''));

const eventSchema = z.object({
  position: z.string(),
  eventId: z.string(),
  stream: z.string(),
  revision: z.int(),
  type: z.string(),
  schemaVersion: z.int(),
  data: z.looseObject({}),
  metadata: z.looseObject({}),
});

const shown = ({
  position,
  eventId,
  stream,
  revision,
  type,
  schemaVersion,
  data,
  metadata,
}: StoredEvent) => ({
  position,
  eventId,
  stream,
  revision,
  type,
  schemaVersion,
  data,
  metadata,
});

const filterOf = (types: readonly string[] | undefined, known: ReadonlySet<string>) => {
  if (!types || types.length === 0) return {};
  const unknown = types.filter((type) => !known.has(type));
  if (unknown.length > 0)
    throw invalid('unknown_event_type', `There is no event type ${unknown.join(', ')}.`);
  return { filter: { types } };
};

/**
 * A log restored from a backup gives its lost positions out again: whoever read further before would wait in silence
 * and then miss what comes to stand there.
 */
async function refuseAhead(store: Pick<EventStore, 'head'>, after: Position): Promise<void> {
  const head = await store.head();
  if (isAfter(after, head))
    throw conflict(
      'position_ahead_of_log',
      'The log ends before this position, so it was restored from a backup: begin again at a position it holds.',
      { after, head },
    );
}

/** The log for others: pages for catching up, and a stream of what happens from now on. */
export function eventFeed(dependencies: {
  readonly store: EventStore;
  readonly eventTypes: readonly string[];
  readonly stopping: AbortSignal;
}) {
  const { store, stopping } = dependencies;
  const known = new Set(dependencies.eventTypes);
  return [
    endpoint({
      method: 'GET',
      path: '/v1/events',
      summary: 'The log of all events, in order',
      tag: 'events',
      access: 'operator',
      query: z.strictObject({
        after: positionSchema
          .default(START)
          .describe('`position` of the page before; empty begins at the start'),
        type: typesSchema,
        limit: z.coerce.number().int().min(1).max(1000).default(100),
      }),
      success: {
        status: 200,
        description: 'Events, and the position up to which the log has been looked at',
        schema: z.object({ items: z.array(eventSchema), position: z.string() }),
      },
      async handle({ query }) {
        const page = await store.readAll({
          after: query.after,
          limit: query.limit,
          ...filterOf(query.type, known),
        });
        if (page.events.length === 0) await refuseAhead(store, query.after);
        return { body: { items: page.events.map(shown), position: page.position } };
      },
    }),
    endpoint({
      method: 'GET',
      path: '/v1/events/stream',
      summary: 'Events as they happen (Server-Sent Events); Last-Event-ID goes on where a stream broke off',
      tag: 'events',
      access: 'operator',
      query: z.strictObject({
        after: positionSchema
          .optional()
          .describe('Where to begin; without it, and without Last-Event-ID, from now on'),
        type: typesSchema,
      }),
      success: { status: 200, description: 'The stream', contentType: 'text/event-stream' },
      async handle({ query, headers, signal }) {
        const filter = filterOf(query.type, known);
        const after = headers['last-event-id'] ?? query.after ?? (await store.head());
        // What is wrong with the position is told now: a stream that has begun can only break off.
        await store.readAll({ after, limit: 1 });
        await refuseAhead(store, after);
        return {
          headers: {
            'content-type': 'text/event-stream',
            'cache-control': 'no-cache',
            'x-accel-buffering': 'no',
          },
          body: Readable.from(messages(store, after, filter, AbortSignal.any([signal, stopping]))),
        };
      },
    }),
  ];
}

type Filter = Pick<Parameters<EventStore['subscribeAll']>[0], 'filter'>;

/** Reads on only as fast as the client does; a comment now and then tells proxies that the line is alive. */
async function* messages(
  store: EventStore,
  after: Position,
  filter: Filter,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const ended = new AbortController();
  const pages = store
    .subscribeAll({ after, ...filter, signal: AbortSignal.any([signal, ended.signal]) })
    [Symbol.asyncIterator]();
  try {
    // An id without data is no event, but a client that is cut off before the first one comes back with it.
    yield after === START ? ': connected\n\n' : `id: ${after}\n: connected\n\n`;
    let next = pages.next();
    while (!signal.aborted) {
      const page = await orHeartbeat(next);
      if (page === 'heartbeat') {
        yield ': alive\n\n';
        continue;
      }
      if (page.done) return;
      for (const event of page.value.events)
        yield `id: ${event.position}\nevent: ${event.type}\ndata: ${JSON.stringify(shown(event))}\n\n`;
      next = pages.next();
    }
  } finally {
    ended.abort();
    await pages.return?.();
  }
}

async function orHeartbeat<T>(promise: Promise<T>): Promise<T | 'heartbeat'> {
  let timer: NodeJS.Timeout | undefined;
  const beat = new Promise<'heartbeat'>((resolve) => {
    timer = setTimeout(() => resolve('heartbeat'), HEARTBEAT_MILLISECONDS);
  });
  try {
    return await Promise.race([promise, beat]);
  } finally {
    clearTimeout(timer);
  }
}
