import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { getJson, historyOf, type Item, isSettled, waitForItem } from '../../e2e/support/client.js';
import { filePart, form, mediaIdOf, sendForm } from './support/client.js';
import { h264, make, makeGoodClip, picture } from './support/clips.js';
import { openEventStream } from './support/event-stream.js';
import { startServer, type TestServer, temporaryFolder } from './support/server.js';

const folder = temporaryFolder();
const path = (name: string) => join(folder.path, name);
let server: TestServer;

beforeAll(async () => {
  // What the models make of test patterns is not the question here.
  server = await startServer(path('data'), { MEDIAFLOW_MODERATION_REVIEW_AT: '1' });
});
afterAll(async () => {
  await server.stop();
  folder.remove();
  expect(server.errors).toEqual([]);
});

/** Uploads it, and resolves as soon as the log tells that it is published, with the position of that. */
async function publish(file: string): Promise<{ readonly mediaId: string; readonly position: string }> {
  const stream = await openEventStream(`${server.url}/v1/events/stream`);
  try {
    const mediaId = await mediaIdOf(await sendForm(server.url, form(await filePart(file))));
    for (;;) {
      const event = await stream.next();
      if (!event) throw new Error('The stream has ended.');
      if (event.data.data.mediaId !== mediaId) continue;
      if (event.event === 'ProcessingFailed') throw new Error(JSON.stringify(event.data));
      if (event.event === 'MediaPublished') return { mediaId, position: event.data.position };
    }
  } finally {
    await stream.close();
  }
}

const clips = {
  'a short clip': () => makeGoodClip(path('short.mp4'), 2),
  'a clip long enough for a preview': () => make(path('long.mp4'), ...picture('480x360', 12), ...h264),
  'a single frame': () => make(path('one.mp4'), ...picture('160x120', 1), '-frames:v', '1', ...h264),
};

describe.each(Object.entries(clips))('%s', (_, makeClip) => {
  test('has its poster from the moment of its publication', { timeout: 60_000 }, async () => {
    const { mediaId, position } = await publish(await makeClip());
    const item = await getJson<Item>(`${server.url}/v1/media/${mediaId}`, { 'mediaflow-after': position });
    expect(item).toMatchObject({ status: 'published', posterUrl: `/v1/media/${mediaId}/poster.jpg` });
    const listed = await getJson<{ items: Item[] }>(`${server.url}/v1/media`);
    expect(listed.items.find(({ id }) => id === mediaId)?.posterUrl).toBe(item.posterUrl);

    const poster = await fetch(`${server.url}${item.posterUrl}`);
    expect([poster.status, poster.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
    expect(
      Buffer.from(await poster.arrayBuffer())
        .subarray(0, 2)
        .toString('hex'),
    ).toBe('ffd8');

    // What comes later leaves the poster as it was published.
    await waitForItem(server.url, mediaId, isSettled);
    const after = await fetch(`${server.url}${item.posterUrl}`);
    expect(after.headers.get('etag')).toBe(poster.headers.get('etag'));
    const told = (await historyOf(server.url, mediaId)).map(({ type }) => type);
    expect(told.indexOf('PosterGenerated')).toBeGreaterThan(-1);
    expect(told.indexOf('PosterGenerated')).toBeLessThan(told.indexOf('MediaPublished'));
    expect(told.filter((type) => type === 'PosterGenerated')).toHaveLength(1);
  });
});
