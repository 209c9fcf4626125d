import { expect, test } from 'vitest';
import { createMemoryEventStore } from '../../src/adapters/memory/event-store.js';
import type { EndpointRequest } from '../../src/core/endpoint.js';
import { positionAt } from '../../src/core/numbered-position.js';
import { eventFeed } from '../../src/feed/event-feed.js';
import { sampleEvent } from '../contracts/event-store-samples.js';

const store = createMemoryEventStore();
const { position } = await store.append('stream', [sampleEvent()], 'no-stream');
const stopping = new AbortController();
const feed = eventFeed({ store, eventTypes: [], stopping: stopping.signal });
const ask = (path: string, after: string) =>
  feed
    .find((endpoint) => endpoint.path === path)
    ?.handle({
      query: { after, limit: 10 },
      headers: {},
      signal: stopping.signal,
    } as unknown as EndpointRequest);

test.each(['/v1/events', '/v1/events/stream'])(
  '%s tells a reader who has read further than a restored log reaches, instead of going on in silence',
  async (path) => {
    await expect(ask(path, positionAt(9))).rejects.toMatchObject({
      kind: 'conflict',
      code: 'position_ahead_of_log',
      details: { after: positionAt(9), head: position },
    });
  },
);

test('a reader at the end of the log gets an empty page', async () => {
  expect(await ask('/v1/events', position)).toMatchObject({ body: { items: [], position } });
});
