import pg, { type Pool } from 'pg';
import { createListener } from '../../../src/adapters/postgres/connection/listener.js';
import { createPostgresEventStore } from '../../../src/adapters/postgres/event-store/event-store.js';
import type { EventToAppend } from '../../../src/core/event.js';
import type { EventStore } from '../../../src/core/event-store.js';
import { deriveId } from '../../../src/core/ids.js';
import { silentLogger } from '../../../src/core/logger.js';
import { eventDefinitions, type MediaFlowEvent } from '../../../src/domain/index.js';
import { mediaStream } from '../../../src/domain/media/media.js';
import { type InteractionType, viewerStream } from '../../../src/domain/viewer/viewer.js';
import { createEventCodec } from '../../../src/runtime/command/event-codec.js';

const VIEWERS = 10_000;
const APPEND_EVENTS = 100;
const LANES = 32;
const DAY_MILLISECONDS = 86_400_000;
const DAYS = 14;

const TYPES: readonly InteractionType[] = [
  'play',
  'progress',
  'complete',
  'like',
  'progress',
  'play',
  'rate',
];

const { encode } = createEventCodec<MediaFlowEvent>(eventDefinitions);

/** The event store on a database, as the product opens it, for the time of `work`. */
export async function withEventStore<Result>(
  connectionString: string,
  work: (store: EventStore, pool: Pool) => Promise<Result>,
): Promise<Result> {
  const pool = new pg.Pool({ connectionString, max: 4 });
  pool.on('error', () => {}); // the server may end before the pool's idle connections do
  const listener = createListener({ connectionString, logger: silentLogger });
  const store = createPostgresEventStore({ pool, listener });
  try {
    return await work(store, pool);
  } finally {
    await store.close();
    await listener.close();
    await pool.end();
  }
}

/** Appends so many published items to the log and returns their ids; whoever runs projectors makes the views of it. */
export async function rememberItems(store: EventStore, count: number): Promise<string[]> {
  await inLanes(count, (index) => appendItem(store, index));
  return Array.from({ length: count }, (_, index) => itemId(index));
}

/**
 * Appends what viewers did with these items in a fortnight. Few items are popular: how often one is watched falls with the
 * cube of its place among them.
 */
export const rememberInteractions = (store: EventStore, count: number, items: number): Promise<void> =>
  inLanes(count / APPEND_EVENTS, (index) => appendViewing(store, index, items));

/** As many appends at once as the store joins to a transaction. */
export async function inLanes(count: number, append: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < count) await append(next++);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

/** An event as a command would have appended it then; the same `id`, the same event. */
export function toAppend(
  event: MediaFlowEvent,
  occurredAt: string,
  ...id: readonly (string | number)[]
): EventToAppend {
  const eventId = deriveId('remembered', ...id);
  return encode(event, eventId, {
    correlationId: eventId,
    commandId: eventId,
    causationId: null,
    actor: 'bench',
    occurredAt,
    tenantId: 'default',
    traceparent: null,
  });
}

const itemId = (index: number): string => deriveId('remembered-item', index);

function appendItem(store: EventStore, index: number): Promise<unknown> {
  const mediaId = itemId(index);
  const occurredAt = new Date(Date.now() - DAYS * DAY_MILLISECONDS).toISOString();
  const events: MediaFlowEvent[] = [
    {
      type: 'MediaRegistered',
      data: {
        mediaId,
        filename: `film-${index}.mp4`,
        contentType: 'video/mp4',
        title: `The film number ${index % 100}`,
        description: 'A film that somebody made and somebody else has seen',
        tags: ['often', ...(index % 500 === 0 ? ['seldom'] : [])],
        declaredSizeBytes: 30_500_000,
        declaredSha256: null,
        via: 'tus',
      },
    },
    { type: 'MediaPublished', data: { mediaId } },
  ];
  return store.append(
    mediaStream(mediaId),
    events.map((event) => toAppend(event, occurredAt, mediaId, event.type)),
    'no-stream',
  );
}

/** What one viewer did in a while, told at once. */
function appendViewing(store: EventStore, append: number, items: number): Promise<unknown> {
  const userId = `viewer-${append % VIEWERS}`;
  const events = Array.from({ length: APPEND_EVENTS }, (_, offset) => {
    const index = append * APPEND_EVENTS + offset;
    const mediaId = itemId(Math.floor(items * fractionOf(index) ** 3));
    const type = TYPES[index % TYPES.length] ?? 'play';
    const occurredAt = new Date(Date.now() - fractionOf(index + 0.5) * DAYS * DAY_MILLISECONDS).toISOString();
    const value = type === 'progress' ? 0.5 : type === 'rate' ? 4 : null;
    return toAppend(
      { type: 'InteractionRecorded', data: { userId, mediaId, type, value, occurredAt } },
      occurredAt,
      index,
    );
  });
  return store.append(viewerStream(userId), events, 'any');
}

/** The same from 0 to 1 in every run, and without a pattern (Weyl's sequence of the golden ratio). */
const fractionOf = (index: number): number => (index * 0.618_033_988_749_895) % 1;
