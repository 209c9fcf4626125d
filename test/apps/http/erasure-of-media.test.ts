import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findEmbeddedPostgres } from '../../../src/adapters/embedded-postgres/start-embedded-postgres.js';
import { getJson, historyOf, isSettled, waitForItem } from '../../e2e/support/client.js';
import { type Query, queryOn } from '../../e2e/support/external-database.js';
import { expectViewsLikeRebuilt } from '../../e2e/support/rebuilt-views.js';
import { tablesWith } from '../../support/everything-in.js';
import {
  createTusUpload,
  filePart,
  form,
  mediaIdOf,
  patchTus,
  sendForm,
  sendJson,
} from './support/client.js';
import { makeClip } from './support/personal-clip.js';
import { startServer, type TestServer, temporaryFolder } from './support/server.js';

const folder = temporaryFolder();
let server: TestServer;
let query: Query;
let clip: string;

beforeAll(async () => {
  clip = await makeClip(join(folder.path, 'clip.mp4'), { title: 'Christening of Zebulon' });
  server = await startServer(join(folder.path, 'data'), { MEDIAFLOW_MODERATION_REVIEW_AT: '0' });
  query = queryOn((await findEmbeddedPostgres(server.dataFolder)) ?? '');
});
afterAll(async () => {
  await server.stop();
  folder.remove();
  expect(server.errors).toEqual([]);
});

const WRITTEN = ['Quirinius', 'Wedding', 'zanzibar', 'Zebulon', 'Ottokar'];
const PURGED = { timeout: 20_000 };

const isPurged = async (mediaId: string) =>
  (await historyOf(server.url, mediaId)).some(({ type }) => type === 'MediaPurged');

interface Told {
  readonly type: string;
  readonly data: Record<string, unknown>;
  readonly metadata: { readonly erased?: boolean; readonly sealed?: string };
}
const eventsOf = async (mediaId: string) =>
  (await getJson<{ items: Told[] }>(`${server.url}/v1/events?limit=1000`)).items.filter(
    ({ data }) => data.mediaId === mediaId,
  );

/** A model's words are the item's own: a sentence of its description. */
async function takeSuggestedSummary(mediaId: string): Promise<void> {
  const at = `${server.url}/v1/media/${mediaId}/metadata`;
  expect((await fetch(`${at}/generate`, { method: 'POST' })).status).toBe(202);
  await expect
    .poll(async () => JSON.stringify((await getJson<{ suggestions: object }>(at)).suggestions), PURGED)
    .toContain('zanzibar');
  expect((await sendJson(`${at}/accept`, { fields: ['description'] })).status).toBe(202);
}

test('what people wrote of an item is nowhere once it is deleted, and its views come out of history the same', {
  timeout: 120_000,
}, async () => {
  const mediaId = await mediaIdOf(
    await sendForm(
      server.url,
      form(
        ['title', 'Wedding of Quirinius'],
        ['description', `Recorded at zanzibar, “with everybody” who came. ${'There is more. '.repeat(20)}`],
        ['tags', 'Ottokar,guests'],
        await filePart(clip, 'Quirinius-and-guests.mp4'),
      ),
    ),
  );
  await waitForItem(server.url, mediaId, isSettled);
  await takeSuggestedSummary(mediaId);
  const key = { headers: { 'idempotency-key': 'a-key' } };
  const edit = () =>
    sendJson(`${server.url}/v1/media/${mediaId}`, { title: 'Wedding' }, { method: 'PATCH', ...key });
  expect((await edit()).status).toBe(202);
  expect((await edit()).status).toBe(202);
  const review = { decision: 'reject', reason: 'Ottokar did not agree' };
  expect((await sendJson(`${server.url}/v1/media/${mediaId}/review`, review)).status).toBe(202);
  await expect
    .poll(async () => (await historyOf(server.url, mediaId)).map(({ data }) => data.title ?? data.reason))
    .toEqual(expect.arrayContaining(['Wedding of Quirinius', 'Wedding', 'Ottokar did not agree']));
  expect((await eventsOf(mediaId))[0]?.data.title).toBe('Wedding of Quirinius');
  expect(await tablesWith(query, WRITTEN)).toContain('public.media_library');
  expect(await tablesWith(query, WRITTEN)).not.toContain('public.events');

  expect((await fetch(`${server.url}/v1/media/${mediaId}`, { method: 'DELETE' })).status).toBe(202);
  await expect.poll(() => isPurged(mediaId), PURGED).toBe(true);
  expect(await tablesWith(query, WRITTEN)).toEqual([]);

  const told = await eventsOf(mediaId);
  const [registered] = told;
  expect(registered).toMatchObject({ data: { title: '', description: '', filename: '', tags: [] } });
  expect(told.filter(({ metadata }) => metadata.erased).map(({ type }) => type)).toEqual([
    ...[
      'MediaRegistered',
      'MediaProbed',
      'PicturesEmbedded',
      'MetadataSuggested',
      'MetadataAccepted',
      'MediaDetailsChanged',
    ],
    ...['MediaDetailsChanged', 'MediaReviewed', 'MediaRejected'],
  ]);
  expect(told.filter(({ metadata }) => metadata.sealed)).toEqual([]);
  expect((await historyOf(server.url, mediaId))[0]?.data.title).toBe('');
  await expectViewsLikeRebuilt(server.url, query);
  expect(await tablesWith(query, WRITTEN)).toEqual([]);
});

test('of an upload that is deleted before it is whole nothing is left either', async () => {
  const metadata = { filename: 'Quirinius.mp4', title: 'Wedding of Quirinius' };
  const again = { 'idempotency-key': 'half' };
  const upload = await createTusUpload(server.url, 100, metadata, again);
  expect((await patchTus(upload, 0, Buffer.alloc(50))).status).toBe(204);
  const mediaId = upload.split('/').at(-1) ?? '';
  expect((await fetch(`${server.url}/v1/media/${mediaId}`, { method: 'DELETE' })).status).toBe(202);
  await expect.poll(() => isPurged(mediaId), PURGED).toBe(true);
  await expect.poll(() => tablesWith(query, WRITTEN), PURGED).toEqual([]);
  await expect(createTusUpload(server.url, 100, metadata, again)).rejects.toThrow('upload_gone');
  expect(await tablesWith(query, WRITTEN)).toEqual([]);
});
