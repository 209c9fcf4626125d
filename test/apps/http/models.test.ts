import { readdirSync, statSync } from 'node:fs';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPostgresEventStore } from '../../../src/adapters/postgres/event-store/event-store.js';
import { fromBytes, toBytes } from '../../../src/core/embeddings/project.js';
import { seededRandom } from '../../../src/core/seeded-random.js';
import { sampleEvent } from '../../contracts/event-store-samples.js';
import { getJson, waitForItem } from '../../e2e/support/client.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { draw } from '../../support/drawn-pictures.js';
import { cli } from '../cli/support/run-cli.js';
import {
  createTusUpload,
  expectProblem,
  filePart,
  form,
  mediaIdOf,
  sendForm,
  sendJson,
} from './support/client.js';
import { startServer, type TestServer, temporaryFolder } from './support/server.js';

interface Model {
  readonly modelId: string;
  readonly status: string;
  readonly isCurrent: boolean;
  readonly historyRead: { readonly events: number } | null;
  readonly trained: {
    readonly sha256: string;
    readonly version: { readonly position: string };
    readonly viewers: number;
    readonly evaluation: { readonly ndcgAt10: number } | null;
  } | null;
  readonly promoted: { readonly because: string; readonly isAutomatic: boolean } | null;
}
interface Answer {
  readonly status: string;
  readonly ranking: { readonly version: string } | null;
  readonly items: readonly { readonly mediaId: string; readonly reason: string }[];
}

const ITEMS = 8;
const folder = temporaryFolder();
let database: TestDatabase;
let server: TestServer;
/** Published as far as the views know. */
const items: string[] = [];

const at = (path: string) => `${server.url}${path}`;
const item = (index: number): string => items[index] ?? '';

beforeAll(async () => {
  database = await createTestDatabase();
  server = await startServer(join(folder.path, 'data'), {
    ...{ DATABASE_URL: database.url, MEDIAFLOW_TRAINING_MINUTES: '0' },
  });
  for (let index = 0; index < ITEMS; index++)
    items.push((await createTusUpload(server.url, 10)).split('/').at(-1) ?? '');
  const { items: events } = await getJson<{ items: { position: string }[] }>(at('/v1/events?limit=100'));
  const headers = { 'mediaflow-after': events.at(-1)?.position ?? '' };
  expect((await fetch(at('/v1/media'), { headers })).status).toBe(200);
  await database.pool.query(`update media_library set status = 'published', type = 'video'`);
  // Two circles of friends: who cares for the first item cares for the second, who for the third for the fourth.
  for (let viewer = 0; viewer < 6; viewer++)
    for (const index of viewer % 2 === 0 ? [0, 1] : [2, 3])
      await did(`friend-${viewer}`, 'like', item(index));
}, 60_000);
afterAll(async () => {
  await server.stop();
  await database.drop();
  folder.remove();
  expect(server.errors).toEqual([]);
});

async function did(userId: string, type: string, ...mediaIds: string[]): Promise<void> {
  const response = await sendJson(
    at('/v1/interactions'),
    mediaIds.map((mediaId) => ({ userId, mediaId, type })),
  );
  expect(response.status).toBe(202);
}

async function posted<Body>(path: string, body: object): Promise<Body> {
  const response = await sendJson(at(path), body);
  expect(response.status).toBe(202);
  return (await response.json()) as Body;
}

const modelNow = async (modelId: string, position: string): Promise<Model> => {
  const response = await fetch(at(`/v1/models/${modelId}`), { headers: { 'mediaflow-after': position } });
  return (await response.json()) as Model;
};

async function trained(order: object): Promise<Model & { readonly trained: NonNullable<Model['trained']> }> {
  const { modelId, position } = await posted<{ modelId: string; position: string }>('/v1/models', order);
  await expect
    .poll(async () => (await modelNow(modelId, position)).status, { timeout: 30_000 })
    .toBe('trained');
  const model = await modelNow(modelId, position);
  return model.trained ? { ...model, trained: model.trained } : expect.unreachable();
}

async function listFor(userId: string): Promise<Answer> {
  const { statusUrl, position } = await posted<{ statusUrl: string; position: string }>(
    '/v1/recommendations',
    { userId },
  );
  const headers = { 'mediaflow-after': position };
  const answer = async () => (await (await fetch(at(statusUrl), { headers })).json()) as Answer;
  await expect
    .poll(async () => (await answer()).status, { timeout: 40_000, interval: 50 })
    .not.toBe('queued');
  return answer();
}

/** Another model is loaded beside the present one, of which lists are made until it is there. */
const listsAreOf = (modelId: string): Promise<void> =>
  expect.poll(async () => (await listFor('newcomer')).ranking?.version, { timeout: 10_000 }).toBe(modelId);

const idsOf = (list: Answer): string[] => list.items.map(({ mediaId }) => mediaId);

test('lists go by tags and popularity while there is no model, and by the model once it is trained', async () => {
  expect((await listFor('friend-0')).ranking?.version).toBe('untrained');
  const model = await trained({ evaluate: true });
  expect(model).toMatchObject({ isCurrent: true, promoted: { because: 'trained', isAutomatic: true } });
  expect(model.trained.viewers).toBe(6);
  expect(await getJson(at('/v1/models'))).toMatchObject({ items: [{ modelId: model.modelId }] });
  await did('newcomer', 'like', item(0));
  const list = await listFor('newcomer');
  expect(list.ranking?.version).toBe(model.modelId);
  expect(list.items[0]).toMatchObject({
    mediaId: item(1),
    reason: expect.stringMatching(/^Watched by people who liked/),
  });
});

test('a changed taste is on the list within a second, without training', async () => {
  await did('fickle', 'like', item(0));
  expect(idsOf(await listFor('fickle'))[0]).toBe(item(1));
  const startedAt = performance.now();
  await did('fickle', 'like', item(2));
  const list = idsOf(await listFor('fickle'));
  const seconds = (performance.now() - startedAt) / 1000;
  expect(list.slice(0, 2).toSorted()).toEqual([item(1), item(3)].toSorted());
  expect(seconds).toBeLessThan(5); // a second where nothing else is at work: see the bench
});

test('a model learnt of history is the one that was learnt of the views, to the byte', async () => {
  const live = await trained({ promote: false });
  await did('later', 'like', item(4), item(5));
  const { position } = live.trained.version;
  const replayed = await trained({ source: 'history', upTo: position, promote: false });
  expect(replayed.trained.version).toEqual(live.trained.version);
  expect(replayed.trained.sha256).toBe(live.trained.sha256);
  expect(replayed.historyRead?.events).toBeGreaterThan(10);
  const present = await trained({ source: 'history', promote: false });
  expect(present.trained.sha256).not.toBe(live.trained.sha256);
});

test('one may go back to the model before, and then forward by hand', async () => {
  const first = await trained({});
  await did('somebody', 'like', item(6), item(7));
  const second = await trained({});
  await listsAreOf(second.modelId);
  const back = await posted<{ modelId: string; position: string }>('/v1/models/rollback', {});
  expect(back.modelId).toBe(first.modelId);
  expect(await modelNow(first.modelId, back.position)).toMatchObject({
    ...{ isCurrent: true, promoted: { because: 'rolled-back', isAutomatic: false } },
  });
  await listsAreOf(first.modelId);
  await posted(`/v1/models/${second.modelId}/promote`, {});
  await listsAreOf(second.modelId);
});

test('the command line trains, measures, reads history, and chooses', async () => {
  const env = { MEDIAFLOW_URL: server.url, XDG_STATE_HOME: join(folder.path, 'state') };
  const json = async (...parameters: string[]) => {
    const { exitCode, stdout, stderr } = await cli(['models', ...parameters, '--json'], env);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    return JSON.parse(stdout);
  };
  const live = await json('train');
  expect(live).toMatchObject({ status: 'trained', isCurrent: true, source: 'views' });
  const replayed = await json('backfill', '--to', live.trained.version.position, '--no-promote');
  expect(replayed).toMatchObject({
    isCurrent: false,
    source: 'history',
    trained: { sha256: live.trained.sha256 },
  });
  expect(await json('evaluate')).toMatchObject({ isCurrent: false, status: 'trained' });
  const { modelId } = await json('rollback');
  expect(modelId).not.toBe(live.modelId);
  expect(await json('promote', live.modelId)).toMatchObject({ modelId: live.modelId });
  const { stdout } = await cli(['models', 'list'], env);
  expect(stdout).toContain(live.modelId);
  const later = await cli(['models', 'train', '--no-wait'], env);
  expect(later.stdout).toContain('is asked for');
  expect((await cli(['models', 'promote', 'nothing'], env)).stderr).toContain('There is no model nothing');
}, 60_000);

test('the log is written into a file, and gone on with where it ends', async () => {
  const env = { MEDIAFLOW_URL: server.url, XDG_STATE_HOME: join(folder.path, 'state') };
  const file = join(folder.path, 'log.ndjson');
  const [first] = (await getJson<{ items: { position: string }[] }>(at('/v1/events?limit=1'))).items;
  const exported = async (...more: string[]) => {
    const { exitCode, stderr } = await cli(['events', 'export', '--output', file, ...more], env);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
    return lines.map((line) => JSON.parse(line) as { readonly position: string; readonly eventId: string });
  };
  expect(await exported('--to', first?.position ?? '')).toMatchObject([{ position: first?.position }]);
  // As a program leaves it that is killed.
  await appendFile(file, '{"position":"9');
  const all = await exported();
  expect(new Set(all.map(({ eventId }) => eventId)).size).toBe(all.length);
  expect(all.length).toBeGreaterThan(40);
  expect((await exported()).slice(0, all.length)).toEqual(all);
});

test.each([
  ['a text', 'What I have to do'],
  ['lines', 'What I have to do\nand when'],
  ['other JSON', '{"position":7}\n{"a":'],
])('%s that is there already is left as it is, and the log goes to no such file', async (name, text) => {
  const env = { MEDIAFLOW_URL: server.url, XDG_STATE_HOME: join(folder.path, 'state') };
  const file = join(folder.path, name);
  await writeFile(file, text);
  const { exitCode, stderr } = await cli(['events', 'export', '--output', file], env);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('is no export of events');
  expect(await readFile(file, 'utf8')).toBe(text);
});

test('an export up to what is no position of the log is refused before anything is written', async () => {
  const env = { MEDIAFLOW_URL: server.url, XDG_STATE_HOME: join(folder.path, 'state') };
  const file = join(folder.path, 'never.ndjson');
  const { stderr } = await cli(['events', 'export', '--output', file, '--to', '57'], env);
  expect(stderr).toContain('invalid_position');
  await expect(readFile(file)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('the log is written as a table for other tools, whole or not at all', async () => {
  const env = { MEDIAFLOW_URL: server.url, XDG_STATE_HOME: join(folder.path, 'state') };
  const [lines, table] = [join(folder.path, 'some.ndjson'), join(folder.path, 'some.parquet')];
  const { items: known } = await getJson<{ items: { position: string }[] }>(at('/v1/events?limit=40'));
  const upTo = ['--to', known.at(-1)?.position ?? ''];
  const write = (file: string, format: string, url = server.url) =>
    cli(['events', 'export', '--format', format, '--output', file, ...upTo, '--url', url], env);
  expect(await write(lines, 'ndjson')).toMatchObject({ exitCode: 0 });
  expect(await write(table, 'parquet', 'http://127.0.0.1:1')).toMatchObject({ exitCode: 3 });
  expect(await write(table, 'parquet')).toMatchObject({ exitCode: 0, stderr: '' });
  const again = await write(table, 'parquet');
  expect(again).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('is there already') });
  expect(readdirSync(folder.path)).not.toContain('some.parquet.part');
  // What people did is for nobody else to read.
  for (const file of [lines, table]) expect(statSync(file).mode & 0o777).toBe(0o600);

  const events = (await readFile(lines, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const rows = await parquetReadObjects({ file: await asyncBufferFromFile(table) });
  expect(rows).toEqual(
    events.map(({ metadata, ...event }) => ({
      ...{ ...event, metadata, actor: metadata.actor },
      occurredAt: new Date(metadata.occurredAt),
    })),
  );
  expect(rows).toHaveLength(40);
});

test('history up to, or after, what is no position of the log is no order for a model', async () => {
  for (const position of ['57', '!', 'zzz'])
    for (const order of [{ upTo: position }, { after: position }])
      await expectProblem(
        sendJson(at('/v1/models'), { source: 'history', ...order }),
        400,
        'invalid_position',
      );
});

test('what is no model is told', async () => {
  await expectProblem(fetch(at('/v1/models/nothing')), 404, 'model_not_found');
  await expectProblem(sendJson(at('/v1/models/nothing/promote'), {}), 404, 'model_not_found');
});

test('what is like what reviewers rejected goes to one of them, once a model knows their decisions', async () => {
  const env = { MEDIAFLOW_URL: server.url, XDG_STATE_HOME: join(folder.path, 'state') };
  const head = (...parameters: string[]) => cli(['models', ...parameters, '--model', 'moderation-head'], env);
  const early = await head('train');
  expect(early).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('it takes 50 of each') });

  const stripes = (shade: number) =>
    sharp(Buffer.from(draw(320, 240, (x, y) => [(x * 3) % 256, (y * 5) % 256, shade]).pixels), {
      raw: { width: 320, height: 240, channels: 3 },
    })
      .jpeg()
      .toBuffer();
  const upload = async (name: string, bytes: Buffer) => {
    await writeFile(join(folder.path, name), bytes);
    const mediaId = await mediaIdOf(
      await sendForm(server.url, form(await filePart(join(folder.path, name)))),
    );
    return waitForItem(server.url, mediaId, ({ moderation }) => moderation !== null, 100);
  };
  const first = await upload('first.jpg', await stripes(90));
  expect(first.moderation?.outcome).toBe('approved');

  // People decided on pictures much like it, and on some that are quite different.
  const store = createPostgresEventStore(database);
  const [seen] = (await store.readStream(`media-${first.id}`)).filter(
    ({ type }) => type === 'PicturesEmbedded',
  );
  expect(JSON.stringify(seen?.data)).toContain('"mean":""');
  const { mean, severest, space } = (await unsealed(first.id, seen?.position)) as Record<string, string>;
  const random = seededRandom(1);
  const near = (text = '', sign: 1 | -1) =>
    Buffer.from(
      toBytes(fromBytes(Buffer.from(text, 'base64')).map((value) => sign * value + (random() - 0.5) * 0.1)),
    ).toString('base64');
  for (let place = 0; place < 104; place++) {
    const [mediaId, isLike] = [`made-up-${place}`, place % 2 === 0];
    const sign = isLike ? 1 : -1;
    await store.append(
      `media-${mediaId}`,
      [
        sampleEvent({
          type: 'PicturesEmbedded',
          data: { mediaId, space: space ?? '', mean: near(mean, sign), severest: near(severest, sign) },
        }),
        sampleEvent({
          ...{ type: 'MediaReviewed', schemaVersion: 2 },
          data: {
            ...{ mediaId, about: 'review', decision: isLike ? 'reject' : 'approve', reason: 'Because.' },
            ...{ reviewer: 'ada', policy: null },
          },
        }),
      ],
      'no-stream',
    );
  }
  await store.close();

  const trainedNow = await head('train');
  expect(trainedNow).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/is in use[\s\S]+AUC/) });
  const again = await upload('again.jpg', await stripes(93));
  expect(again.moderation).toMatchObject({ outcome: 'in_review', rule: 'like_what_reviewers_rejected' });
  const { items: queued } = await getJson<{
    items: { mediaId: string; head: object; explanation: string }[];
  }>(at('/v1/moderation/queue'));
  expect(queued.find(({ mediaId }) => mediaId === again.id)).toMatchObject({
    head: { modelId: expect.any(String), score: expect.any(Number), threshold: expect.any(Number) },
    explanation: expect.stringContaining('A model trained on reviewers’ decisions'),
  });
}, 200_000);

/** As history tells it. */
async function unsealed(mediaId: string, position: string | undefined): Promise<unknown> {
  const { items: told } = await getJson<{ items: { position: string; data: { mediaId?: string } }[] }>(
    at('/v1/events?limit=500&type=PicturesEmbedded'),
  );
  return told.find((event) => event.position === position && event.data.mediaId === mediaId)?.data;
}

describe('under load', () => {
  test('nothing that was watched, disliked or taken down is on any list, the fallback for newcomers included', async () => {
    const viewers = Array.from({ length: 6 }, (_, index) => `viewer-${index}`);
    const known = new Map<string, Set<string>>(viewers.map((viewer) => [viewer, new Set()]));
    await expect(fetch(at(`/v1/media/${item(7)}`), { method: 'DELETE' })).resolves.toMatchObject({
      status: 202,
    });
    async function live(viewer: string, turn: number): Promise<void> {
      const mediaId = item((turn * 3 + viewer.length + Number(viewer.split('-')[1])) % (ITEMS - 1));
      await did(viewer, turn % 2 === 0 ? 'play' : 'dislike', mediaId);
      const mine = known.get(viewer)?.add(mediaId) ?? new Set();
      for (const list of [
        idsOf(await listFor(viewer)),
        idsOf(await getJson<Answer>(at(`/v1/recommendations/${viewer}`))),
      ]) {
        expect(list.filter((id) => mine.has(id))).toEqual([]);
        expect(list).not.toContain(item(7));
      }
    }
    for (let turn = 0; turn < 3; turn++) await Promise.all(viewers.map((viewer) => live(viewer, turn)));
  }, 120_000);
});
