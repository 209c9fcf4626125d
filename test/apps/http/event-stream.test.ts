import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { getJson } from '../../e2e/support/client.js';
import { createTusUpload, expectProblem, sendJson } from './support/client.js';
import { openEventStream } from './support/event-stream.js';
import { startServer, type TestServer, temporaryFolder } from './support/server.js';

const folder = temporaryFolder();
let server: TestServer;
let mediaId: string;

const streamUrl = (query = '') => `${server.url}/v1/events/stream${query}`;

beforeAll(async () => {
  server = await startServer(join(folder.path, 'data'));
  mediaId = (await createTusUpload(server.url, 10)).split('/').at(-1) ?? '';
});
afterAll(async () => {
  await server.stop();
  folder.remove();
  expect(server.errors).toEqual([]);
});

const play = (userId: string, count = 1) =>
  sendJson(
    `${server.url}/v1/interactions`,
    Array.from({ length: count }, () => ({ userId, mediaId, type: 'play' })),
  );

describe('the stream of events', () => {
  test('brings what happens from now on, each event under its position and a mark of its own', async () => {
    const stream = await openEventStream(streamUrl());
    await play('now');
    const event = await stream.next();
    expect(event).toMatchObject({ event: 'InteractionRecorded', data: { data: { userId: 'now' } } });
    expect(event?.id).toMatch(new RegExp(`^${event?.data.position}-[0-9a-f]{8}$`));
    await stream.close();
  });

  test('begins where it is asked to, also at the beginning of everything', async () => {
    const stream = await openEventStream(streamUrl('?after='));
    expect(await stream.next()).toMatchObject({ event: 'MediaRegistered' });
    await stream.close();
  });

  test('broken off and resumed by Last-Event-ID loses nothing and repeats nothing', async () => {
    const { position: start, next } = await getJson<{ position: string; next: string }>(
      `${server.url}/v1/events?limit=1000`,
    );
    const sending = (async () => {
      for (let batch = 0; batch < 20; batch++) await play(`resume-${batch}`, 15);
    })();
    const seen: string[] = [];
    let lastId = next;
    while (seen.length < 300) {
      const stream = await openEventStream(streamUrl(), { 'last-event-id': lastId });
      for (let count = 0; count < 37 && seen.length < 300; count++) {
        const event = await stream.next();
        if (!event) break;
        seen.push(event.data.position);
        lastId = event.id;
      }
      await stream.close();
    }
    await sending;
    const page = await getJson<{ items: { position: string }[] }>(
      `${server.url}/v1/events?after=${start}&limit=1000`,
    );
    expect(seen).toEqual(page.items.map(({ position }) => position));
  });

  test('brings only the types that are wanted', async () => {
    const stream = await openEventStream(streamUrl('?type=RecommendationRequested,MediaRegistered'));
    await play('unwanted');
    await sendJson(`${server.url}/v1/recommendations`, { userId: 'wanted' });
    expect(await stream.next()).toMatchObject({ event: 'RecommendationRequested' });
    await stream.close();
  });

  test('is refused before it begins when what it is asked for makes no sense', async () => {
    await expectProblem(fetch(streamUrl('?type=Nonsense')), 400, 'unknown_event_type');
    for (const after of [';', 'zz', '1', ' ', "'"])
      await expectProblem(
        fetch(streamUrl(), { headers: { 'last-event-id': `${after}x` } }),
        400,
        'invalid_position',
      );
    await expectProblem(fetch(streamUrl('?after=%3B')), 400, 'invalid_request');
    await expectProblem(fetch(streamUrl('?after=zz')), 400, 'invalid_position');
    expect((await fetch(streamUrl(), { method: 'HEAD' })).status).toBe(200);
  });

  test('waits for a client that does not read, without keeping everything for it', {
    timeout: 60_000,
  }, async () => {
    const response = await fetch(streamUrl());
    const reader = response.body?.getReader();
    await reader?.read();
    global.gc?.();
    const before = process.memoryUsage().rss;
    for (let batch = 0; batch < 10; batch++) await play(`slow-${batch}`, 1000);
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 2 ** 20);

    let text = '';
    const decoder = new TextDecoder();
    const slow = () => [...text.matchAll(/^id: (\d+)-\w+\nevent: InteractionRecorded\ndata: .*slow-/gm)];
    for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
      text += decoder.decode(read.value, { stream: true });
      if (text.length > 4_000_000 && slow().length >= 10_000) break;
    }
    const ids = slow().map((match) => match[1]);
    expect([ids.length, new Set(ids).size]).toEqual([10_000, 10_000]);
    await reader?.cancel();
  });

  test('ends when the server stops, and does not hold it up', async () => {
    const other = await startServer(join(folder.path, 'other'));
    const stream = await openEventStream(`${other.url}/v1/events/stream`);
    const ended = stream.next();
    const startedAt = performance.now();
    await other.stop();
    expect(await ended).toBeUndefined();
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });
});

describe('the pages of events', () => {
  test.each(['limit=0', 'limit=1001', 'after=%3B', 'before=1', 'type=a&type=b'])(
    '?%s is refused',
    async (query) => {
      await expectProblem(fetch(`${server.url}/v1/events?${query}`), 400, 'invalid_request');
    },
  );

  test('a position that no log has is refused', async () => {
    await expectProblem(fetch(`${server.url}/v1/events?after=zz`), 400, 'invalid_position');
  });
});
