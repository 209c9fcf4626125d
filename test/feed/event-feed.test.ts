import type { Readable } from 'node:stream';
import { describe, expect, test, vi } from 'vitest';
import { createMemoryEventStore } from '../../src/adapters/memory/event-store.js';
import { createMemoryLog, type MemoryEngine } from '../../src/adapters/memory/memory-log.js';
import { createMemoryViewers } from '../../src/adapters/memory/viewers.js';
import { unavailable } from '../../src/core/errors.js';
import type { EventToAppend } from '../../src/core/event.js';
import { positionAt } from '../../src/core/numbered-position.js';
import { eventFeed } from '../../src/feed/event-feed.js';
import { streamMessages } from '../../src/feed/stream-messages.js';
import type { EndpointRequest } from '../../src/http/endpoint.js';
import { sampleEvent, sampleEvents } from '../contracts/event-store-samples.js';

const PATHS = ['/v1/events', '/v1/events/stream'];

/** A log of its own that holds these events, and its feed. */
async function logOf(
  events: readonly EventToAppend[],
  engine: Partial<MemoryEngine> = {},
  known: Map<string, string> = new Map(),
) {
  const store = createMemoryEventStore(createMemoryLog(engine));
  const { position } = await store.append('stream', events, 'no-stream');
  const stopping = new AbortController();
  const viewers = createMemoryViewers(known);
  const feed = eventFeed({ store, viewers, eventTypes: ['Wanted'], stopping: stopping.signal });
  const ask = async (path: string, after: string | undefined, type?: string[]) => {
    const request = { query: { after, limit: 10, type }, headers: {}, signal: stopping.signal };
    const endpoint = feed.find((each) => each.path === path);
    return (await endpoint?.handle(request as unknown as EndpointRequest))?.body;
  };
  const next = async (after: string, type?: string[]) => {
    const { next } = (await ask('/v1/events', after, type)) as { next: string };
    return next;
  };
  const firstWord = async (after?: string) => {
    const stream = (await ask('/v1/events/stream', after)) as Readable;
    const { value } = await stream[Symbol.asyncIterator]().next();
    stream.destroy();
    return String(value);
  };
  return { store, position, ask, next, firstWord };
}

const cursorIn = (message: string) => /^id: (.*)$/m.exec(message)?.[1] ?? '';

test('a reader at the end of the log gets an empty page, at a position as commands tell it and at its cursor', async () => {
  const { position, ask, next } = await logOf(sampleEvents(3));
  expect(await ask('/v1/events', position)).toMatchObject({ items: [], position });
  expect(await next(position)).toBe(await next(await next('')));
});

test('a reader of a log that holds more than events goes on from where any page ended, and misses nothing', async () => {
  const { store, ask, next } = await logOf(sampleEvents(3), { systemRecords: 2 });
  const end = await next('');
  expect(end).toBe(await store.head());
  expect(await next(end)).toBe(end);
  const { position } = await store.append('stream', [sampleEvent({ type: 'Wanted' })], 2);
  expect(await ask('/v1/events', end)).toMatchObject({ items: [{ position, type: 'Wanted' }] });
  const ahead = positionAt(999);
  await expect(ask('/v1/events', ahead)).rejects.toMatchObject({ code: 'position_ahead_of_log' });
});

describe.each(PATHS)('%s of a log restored from a backup', (path) => {
  const kept = sampleEvents(2);

  test('tells a reader who has read further than the log reaches', async () => {
    const { position, ask } = await logOf(kept);
    for (const after of [positionAt(9), `${positionAt(9)}-0123abcd`])
      await expect(ask(path, after)).rejects.toMatchObject({
        kind: 'conflict',
        code: 'position_ahead_of_log',
        details: { after, head: position },
      });
  });

  test('tells a reader of what was lost, however far the log has grown since', async () => {
    const lost = await logOf([...kept, ...sampleEvents(3)]);
    const restored = await logOf([...kept, ...sampleEvents(50)]);
    const cursors = [await lost.next(''), cursorIn(await lost.firstWord())];
    for (const after of cursors)
      await expect(restored.ask(path, after)).rejects.toMatchObject({
        kind: 'conflict',
        code: 'event_not_in_log',
        details: { after, head: restored.position },
      });
  });

  test('tells a reader whose filter left out the last event that was lost', async () => {
    const lost = await logOf([...kept, sampleEvent({ type: 'Wanted' }), sampleEvent()]);
    const restored = await logOf([...kept, ...sampleEvents(50)]);
    const after = await lost.next('', ['Wanted']);
    expect(after.split('-')[0]).toBe(lost.position);
    await expect(restored.ask(path, after)).rejects.toMatchObject({ code: 'event_not_in_log' });
  });

  test('tells a reader of a lost event which was sent again after the restore', async () => {
    const [again, other] = [sampleEvent(), sampleEvent()];
    const lost = await logOf([sampleEvent(), again]);
    const { recordedAt } = (await lost.store.eventAt(lost.position)) ?? {};
    await expect.poll(() => new Date().toISOString()).not.toBe(recordedAt);
    const restored = await logOf([other, again]);
    await expect(restored.ask(path, await lost.next(''))).rejects.toMatchObject({ code: 'event_not_in_log' });
  });
});

test('viewers are told under the ids their users are known by, and forgotten ones under their random ids', async () => {
  const [ada, gone] = ['viewer-of-ada', 'viewer-of-somebody'];
  const events = [ada, gone].map((userId) => sampleEvent({ data: { userId } }));
  const { ask } = await logOf(events, {}, new Map([['ada@example.org', ada]]));
  const { items } = (await ask('/v1/events', '')) as { items: EventToAppend[] };
  expect(items.map(({ data, metadata }) => [data.userId, metadata.erased])).toEqual([
    ['ada@example.org', undefined],
    [gone, true],
  ]);
  const stream = (await ask('/v1/events/stream', '')) as Readable;
  let text = '';
  for await (const message of stream) {
    text += message;
    if (text.includes(gone)) break;
  }
  expect(text).toContain('"userId":"ada@example.org"');
  expect(text).not.toContain(ada);
});

test('a stream waits for the names of its viewers while the database is away', async () => {
  const { store } = await logOf([sampleEvent({ data: { userId: 'v' } })]);
  const viewers = createMemoryViewers(new Map([['ada@example.org', 'v']]));
  const userIdsOf = vi
    .fn(viewers.userIdsOf)
    .mockRejectedValueOnce(unavailable('viewers_unavailable', 'away'));
  const messages = streamMessages({
    ...{ store, viewers: { userIdsOf }, after: '' },
    signal: AbortSignal.timeout(9_000),
  });
  await messages.next();
  expect((await messages.next()).value).toContain('"userId":"ada@example.org"');
  await messages.return(undefined);
});

test('a stream whose filter lets nothing through stays alive and moves its reader on while the log grows', async () => {
  const { store } = await logOf(sampleEvents(1));
  const stopping = new AbortController();
  const messages = streamMessages({
    store,
    viewers: createMemoryViewers(),
    after: positionAt(1),
    filter: { types: ['Wanted'] },
    signal: stopping.signal,
    heartbeatMilliseconds: 20,
  });
  const growing = (async () => {
    while (!stopping.signal.aborted) {
      await store.append('noise', [sampleEvent()], 'any');
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  const first = cursorIn((await messages.next()).value as string);
  const second = cursorIn((await messages.next()).value as string);
  stopping.abort();
  await Promise.all([growing, messages.return(undefined)]);
  expect(second > first).toBe(true);
});
