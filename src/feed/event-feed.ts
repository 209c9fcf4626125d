import { Readable } from 'node:stream';
import { z } from 'zod';
import { invalid } from '../core/errors.js';
import type { EventStore } from '../core/event-store.js';
import { START } from '../core/position.js';
import type { Viewers } from '../core/viewers.js';
import { endpoint } from '../http/endpoint.js';
import { CURSOR, cursorAt, cursorOf, placeIn } from './cursor.js';
import { nameViewers } from './name-viewers.js';
import { shown, shownEventSchema } from './shown-event.js';
import { streamMessages } from './stream-messages.js';

const cursorSchema = z.string().regex(CURSOR, 'is no position of this server');
const typesSchema = z
  .string()
  .max(2000)
  .optional()
  .describe('Only these event types, separated by commas')
  .transform((text) => text?.split(',').filter((type) => type !== ''));

const filterOf = (types: readonly string[] | undefined, known: ReadonlySet<string>) => {
  if (!types || types.length === 0) return {};
  const unknown = types.filter((type) => !known.has(type));
  if (unknown.length > 0)
    throw invalid('unknown_event_type', `There is no event type ${unknown.join(', ')}.`);
  return { filter: { types } };
};

/** The log for others: pages for catching up, and a stream of what happens from now on. */
export function eventFeed(dependencies: {
  readonly store: EventStore;
  readonly viewers: Pick<Viewers, 'userIdsOf'>;
  readonly eventTypes: readonly string[];
  readonly stopping: AbortSignal;
}) {
  const { store, viewers, stopping } = dependencies;
  const known = new Set(dependencies.eventTypes);
  return [
    endpoint({
      method: 'GET',
      path: '/v1/events',
      summary: 'The log of all events, in order',
      tag: 'events',
      access: 'operator',
      query: z.strictObject({
        after: cursorSchema
          .default(START)
          .describe('`next` of the page before, or any position; empty begins at the start'),
        type: typesSchema,
        limit: z.coerce.number().int().min(1).max(1000).default(100),
      }),
      success: {
        status: 200,
        description: 'Events, and the position up to which the log has been looked at',
        schema: z.object({
          items: z.array(shownEventSchema),
          position: z.string(),
          next: z
            .string()
            .describe(
              '`position` and a mark of its event: as `after` it is refused by a log that lost that event',
            ),
        }),
      },
      async handle({ query }) {
        const filter = filterOf(query.type, known);
        const after = await placeIn(store, query.after);
        const { events, position } = await store.readAll({ after, limit: query.limit, ...filter });
        const last = events.at(-1);
        const next = last?.position === position ? cursorOf(last) : await cursorAt(store, position);
        const items = (await nameViewers(viewers, events)).map(shown);
        return { body: { items, position, next } };
      },
    }),
    endpoint({
      method: 'GET',
      path: '/v1/events/stream',
      summary: 'Events as they happen (Server-Sent Events); Last-Event-ID goes on where a stream broke off',
      tag: 'events',
      access: 'operator',
      query: z.strictObject({
        after: cursorSchema
          .optional()
          .describe(
            'Begin after this position, with an empty one at the start of the log; without it, and without Last-Event-ID, from now on',
          ),
        type: typesSchema,
      }),
      success: { status: 200, description: 'The stream', contentType: 'text/event-stream' },
      async handle({ query, headers, signal }) {
        const filter = filterOf(query.type, known);
        const cursor = headers['last-event-id'] ?? query.after;
        // What is wrong with it is told now: a stream that has begun can only break off.
        const after = cursor === undefined ? await store.head() : await placeIn(store, cursor);
        return {
          headers: {
            'content-type': 'text/event-stream',
            'cache-control': 'no-cache',
            'x-accel-buffering': 'no',
          },
          body: Readable.from(
            streamMessages({ store, viewers, after, ...filter, signal: AbortSignal.any([signal, stopping]) }),
          ),
        };
      },
    }),
  ];
}
