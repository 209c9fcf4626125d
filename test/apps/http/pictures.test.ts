import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { getJson, historyOf, type Item, isSettled, waitForItem } from '../../e2e/support/client.js';
import { createTusUpload, sendTusBytes } from '../../e2e/support/tus.js';
import { draw } from '../../support/drawn-pictures.js';
import { titleCard } from '../../support/written-pictures.js';
import { expectProblem, filePart, form, mediaIdOf, sendForm } from './support/client.js';
import { startServer, type TestServer, temporaryFolder } from './support/server.js';

/** Models are loaded, and several pictures processed, perhaps beside other suites. */
vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 });

const folder = temporaryFolder();
const path = (name: string) => join(folder.path, name);
let server: TestServer;
let photograph: Buffer;

interface Picture extends Item {
  readonly type: string;
  readonly contentType: string;
  readonly width: number;
  readonly height: number;
  readonly derivatives: readonly {
    readonly name: string;
    readonly url: string;
    readonly contentType: string;
    readonly sizeBytes: number;
    readonly details: Record<string, unknown>;
  }[];
}

beforeAll(async () => {
  // What the models make of colours is not the question here.
  server = await startServer(path('data'), {
    MEDIAFLOW_MODERATION_REVIEW_AT: '1',
    MEDIAFLOW_METADATA_AT_INGESTION: 'accept',
  });
  photograph = await sharp({ create: { width: 700, height: 400, channels: 3, background: '#3c78b4' } })
    .withExif({
      IFD0: { Make: 'Acme', Model: 'Camera 1' },
      IFD3: {
        GPSLatitudeRef: 'N',
        GPSLatitude: '52/1 30/1 0/1',
        GPSLongitudeRef: 'E',
        GPSLongitude: '13/1 24/1 0/1',
      },
    })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();
});
afterAll(async () => {
  await server.stop();
  folder.remove();
  expect(server.errors).toEqual([]);
});

async function settled(bytes: Uint8Array, name: string): Promise<Picture> {
  await writeFile(path(name), bytes);
  const mediaId = await mediaIdOf(await sendForm(server.url, form(await filePart(path(name)))));
  return (await waitForItem(server.url, mediaId, isSettled, 240)) as Picture;
}

describe('a photograph', () => {
  let item: Picture;
  beforeAll(async () => {
    item = await settled(photograph, 'film.mp4');
  });

  test('is published as what it is, with all that is made of it', () => {
    expect(item).toMatchObject({
      ...{ status: 'published', failure: null, type: 'image', contentType: 'image/jpeg' },
      ...{ width: 400, height: 700, durationSeconds: null, playbackUrl: null, renditions: [] },
      posterUrl: `/v1/media/${item.id}/poster.jpg`,
      moderation: { outcome: 'approved' },
    });
    expect(item.steps.map(({ step, status }) => [step, status])).toEqual([
      ...[
        ['probe', 'completed'],
        ['image', 'completed'],
        ['moderate-image', 'completed'],
      ],
      ['suggest', 'completed'],
      ['tag-image', 'completed'],
      ['text-image', 'completed'],
    ]);
    expect(item.derivatives.map(({ name }) => name)).toEqual([
      ...['image/320.avif', 'image/320.jpg', 'image/320.webp'],
      ...['image/640.avif', 'image/640.jpg', 'image/640.webp', 'poster.jpg'],
    ]);
  });

  test('is served in each width and format, upright, and says what it is', async () => {
    for (const { url, contentType, sizeBytes, details } of item.derivatives) {
      const response = await fetch(`${server.url}${url}`);
      expect([response.status, response.headers.get('content-type')]).toEqual([200, contentType]);
      const bytes = Buffer.from(await response.arrayBuffer());
      expect(bytes.length).toBe(sizeBytes);
      const { width, height, exif } = await sharp(bytes).metadata();
      expect([height > width, exif]).toEqual([true, undefined]);
      if ('width' in details) expect(details).toMatchObject({ width, height });
    }
  });

  test('is not made wider than it is, nor in widths that nobody planned', async () => {
    const get = (name: string) => fetch(`${server.url}/v1/media/${item.id}/image/${name}`);
    await expectProblem(get('1280.jpg'), 404, 'derivative_not_found');
    await expectProblem(get('333.jpg'), 404, 'unknown_image_size');
    await expectProblem(get('320.gif'), 404, 'unknown_image_size');
  });

  test('tells how it was taken, and where to those who ask', async () => {
    const of = (query: string) =>
      getJson<{ photo: Record<string, unknown> }>(`${server.url}/v1/media/${item.id}/metadata${query}`);
    expect((await of('')).photo).toMatchObject({
      cameraMake: 'Acme',
      cameraModel: 'Camera 1',
      location: null,
    });
    expect((await of('?location=true')).photo.location).toMatchObject({ latitude: 52.5, longitude: 13.4 });
  });

  test('is there as it was uploaded, to be saved, as what its bytes say whatever its name is', async () => {
    const response = await fetch(`${server.url}/v1/media/${item.id}/original`);
    expect(response.headers.get('content-type')).toBe('image/jpeg');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename="film.mp4"/);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(photograph);
  });

  test('is listed among pictures', async () => {
    const ids = async (type: string) =>
      (await getJson<{ items: Item[] }>(`${server.url}/v1/media?type=${type}`)).items.map(({ id }) => id);
    expect(await ids('image')).toContain(item.id);
    expect(await ids('video')).not.toContain(item.id);
  });

  test('is gone with all that was made of it, and with what its camera wrote', async () => {
    const { url } = item.derivatives[0] ?? { url: '' };
    await fetch(`${server.url}/v1/media/${item.id}`, { method: 'DELETE' });
    await expect
      .poll(async () => (await historyOf(server.url, item.id)).map(({ type }) => type), { timeout: 60_000 })
      .toContain('MediaPurged');
    await expectProblem(fetch(`${server.url}${url}`), 404, 'media_not_playable');
    expect(JSON.stringify(await historyOf(server.url, item.id))).not.toMatch(/Camera 1|52\.5/);
    await expectProblem(fetch(`${server.url}/v1/media/${item.id}/metadata`), 404, 'media_not_found');
  });
});

test('a picture by tus is published, and one that is cut off fails once and says why', async () => {
  const png = await sharp({ create: { width: 50, height: 50, channels: 4, background: '#ff000080' } })
    .png()
    .toBuffer();
  const location = await createTusUpload(server.url, png.length, 'small.png');
  await sendTusBytes(server.url, location, 0, png);
  const mediaId = location.split('/').at(-1) ?? '';
  expect(await waitForItem(server.url, mediaId, isSettled, 240)).toMatchObject({
    status: 'published',
    type: 'image',
  });

  const failed = await settled(photograph.subarray(0, 1500), 'cut.jpg');
  expect(failed).toMatchObject({ status: 'failed', failure: { code: 'corrupt_media' } });
  const drawing = await settled(Buffer.from('<svg onload="x()"/>'), 'drawing.png');
  expect(drawing).toMatchObject({ status: 'failed', failure: { code: 'svg_refused' } });
});

test('what stands in a picture is served, and found by the search', async () => {
  const { width, height, pixels } = await titleCard([{ text: 'The Secret Garden', y: 240, size: 64 }]);
  const card = sharp(pixels, { raw: { width, height, channels: 3 } });
  const item = await settled(await card.png().toBuffer(), 'my_rose_card.png');
  const read = item.derivatives.find(({ name }) => name === 'text.json');
  expect(read).toMatchObject({ contentType: 'application/json', details: { lineCount: 1 } });
  expect(await getJson(`${server.url}${read?.url}`)).toMatchObject({
    lines: [{ atSeconds: 0, text: 'The Secret Garden' }],
  });
  const { hits } = await getJson<{ hits: unknown[] }>(`${server.url}/v1/search?q=secret+garden`);
  expect(hits).toMatchObject([{ item: { id: item.id }, highlights: [{ in: 'picture', atSeconds: 0 }] }]);
});

test('what nobody wrote is filled in with what is suggested, and told to be', async () => {
  const { hits } = await getJson<{ hits: { item: Item & { title: string } }[] }>(
    `${server.url}/v1/search?q=secret+garden`,
  );
  const [item] = hits.map((hit) => hit.item);
  expect(item?.title).toBe('My rose card');
  const metadata = await getJson<object>(`${server.url}/v1/media/${item?.id}/metadata`);
  expect(metadata).toMatchObject({
    values: [
      {
        field: 'title',
        value: 'My rose card',
        source: 'suggestion',
        isTakenByItself: true,
        provider: 'local',
      },
    ],
    suggestions: { status: 'suggested', failure: null, latest: { isRemembered: false } },
  });
  const history = await historyOf(server.url, item?.id ?? '');
  const types = history.map(({ type }) => type);
  expect(types.indexOf('MetadataSuggested')).toBeGreaterThan(types.indexOf('TextFound'));
  expect(types).not.toContain('MetadataRequested');
});

test('a smaller copy of what was taken down goes to a person, who is told of what it looks like', async () => {
  const hills = draw(640, 400, (x, y) => {
    const value = 128 + 70 * Math.sin(x / 90) * Math.cos(y / 60) + 40 * Math.sin((x + y) / 45);
    return [value, value, value];
  });
  const picture = () => sharp(hills.pixels, { raw: { width: 640, height: 400, channels: 3 } });
  const first = await settled(await picture().png().toBuffer(), 'hills.png');
  expect(first.status).toBe('published');
  const taken = await fetch(`${server.url}/v1/media/${first.id}/takedown`, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
    body: JSON.stringify({ reason: 'not ours' }),
  });
  expect(taken.status).toBe(202);
  await waitForItem(server.url, first.id, ({ status }) => status === 'rejected', 60);

  const copy = await settled(await picture().resize(320).jpeg({ quality: 50 }).toBuffer(), 'copy.jpg');
  expect(copy).toMatchObject({
    status: 'in_review',
    moderation: { rule: 'looks_like_rejected', explanation: expect.stringContaining(first.id) },
  });
  const near = await getJson<{ items: { likeness: number }[] }>(
    `${server.url}/v1/media/${copy.id}/near-duplicates`,
  );
  expect(near).toMatchObject({ looks: 1, items: [{ id: first.id, status: 'rejected', frames: 1 }] });
  expect(near.items[0]?.likeness).toBeGreaterThan(0.9);
});
