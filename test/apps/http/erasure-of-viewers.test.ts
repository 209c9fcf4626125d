import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findEmbeddedPostgres } from '../../../src/adapters/embedded-postgres/start-embedded-postgres.js';
import { requestCommandId, requestHashOf } from '../../../src/core/derived-ids.js';
import { deriveId } from '../../../src/core/ids.js';
import { getJson, isSettled, postJson, waitForItem } from '../../e2e/support/client.js';
import { type Query, queryOn } from '../../e2e/support/external-database.js';
import { expectViewsLikeRebuilt } from '../../e2e/support/rebuilt-views.js';
import { tablesWith } from '../../support/everything-in.js';
import { expectProblem, form, mediaIdOf, sendForm, textPart } from './support/client.js';
import { startServer, type TestServer, temporaryFolder } from './support/server.js';

const folder = temporaryFolder();
let server: TestServer;
let query: Query;
let mediaId: string;

beforeAll(async () => {
  server = await startServer(join(folder.path, 'data'));
  query = queryOn((await findEmbeddedPostgres(server.dataFolder)) ?? '');
  mediaId = await mediaIdOf(await sendForm(server.url, form(textPart('no video'))));
  await waitForItem(server.url, mediaId, isSettled);
});
afterAll(async () => {
  await server.stop();
  folder.remove();
  expect(server.errors).toEqual([]);
});

const ADA = 'ada “Quirinius”@example.org';
const at = (path: string) => `${server.url}${path}`;
const interact = (userId: string, headers: Record<string, string> = {}) =>
  postJson<{ position: string }>(at('/v1/interactions'), { userId, mediaId, type: 'like' }, headers);
const forget = async (userId: string, headers: Record<string, string> = {}) => {
  const address = at(`/v1/viewers/${encodeURIComponent(userId)}`);
  const response = await fetch(address, { method: 'DELETE', headers });
  expect(response.status).toBe(202);
  return (await response.json()) as { wasKnown: boolean; position: string };
};
const requestList = async (userId: string) => {
  const { requestId, position } = await postJson<{ requestId: string; position: string }>(
    at('/v1/recommendations'),
    { userId },
    { 'idempotency-key': `for ${userId.length}` },
  );
  const answer = () =>
    getJson<{ status: string; userId: string }>(at(`/v1/recommendations/requests/${requestId}`), {
      'mediaflow-after': position,
    });
  await expect.poll(async () => (await answer()).status, { timeout: 20_000 }).toBe('done');
  return { requestId, answer: await answer() };
};
const activity = () =>
  query<{ user_id: string; likes: number }>('select user_id, likes from viewer_activity order by likes');
const interactionsTold = async () =>
  (
    await getJson<{ items: { data: { userId: string }; metadata: { erased?: boolean } }[] }>(
      at('/v1/events?type=InteractionRecorded&limit=100'),
    )
  ).items.map(({ data, metadata }) => [data.userId, metadata.erased === true]);

test('who is forgotten is nowhere, what they did counts on as somebody’s, and who comes again is somebody new', {
  timeout: 60_000,
}, async () => {
  await interact(ADA, { 'idempotency-key': 'once' });
  await interact(ADA, { 'idempotency-key': 'once' });
  await interact(ADA);
  await interact('bob');
  const { requestId, answer } = await requestList(ADA);
  expect(answer.userId).toBe(ADA);
  expect(await interactionsTold()).toEqual([
    [ADA, false],
    [ADA, false],
    ['bob', false],
  ]);
  expect(await tablesWith(query, ['Quirinius'])).toEqual(['public.viewers']);
  const counted = () => query('select media_id, weight from media_popularity');
  await expect.poll(counted).toEqual([{ media_id: mediaId, weight: '45' }]);

  const { wasKnown, position } = await forget(ADA);
  expect(wasKnown).toBe(true);
  expect(await tablesWith(query, ['Quirinius'])).toEqual([]);
  const after = { headers: { 'mediaflow-after': position } };
  await expectProblem(
    fetch(at(`/v1/recommendations/requests/${requestId}`), after),
    404,
    'request_not_found',
  );
  expect(await getJson(at(`/v1/recommendations/${encodeURIComponent(ADA)}`), after.headers)).toMatchObject({
    ...{ userId: ADA, requestId: null, generatedAt: null },
  });
  expect(await activity()).toMatchObject([{ likes: 1 }]);
  expect(await counted()).toEqual([{ media_id: mediaId, weight: '45' }]);
  const told = await interactionsTold();
  expect(told.map(([, erased]) => erased)).toEqual([true, true, false]);
  expect(told[0]?.[0]).toBe(told[1]?.[0]);
  await expectViewsLikeRebuilt(server.url, query);

  expect(await forget(ADA)).toMatchObject({ wasKnown: false });
  expect(await forget('who never was')).toMatchObject({ wasKnown: false });
  await interact(ADA);
  expect((await interactionsTold()).at(-1)?.[0]).toBe(ADA);
  expect(told.map(([userId]) => userId)).not.toContain((await activity()).at(-1)?.user_id);
  expect(await tablesWith(query, ['Quirinius'])).toEqual(['public.viewers']);
});

test('who comes again is forgotten again, also under the same key, of which nothing is kept', async () => {
  const key = { 'idempotency-key': 'forget dora' };
  for (let time = 0; time < 2; time++) {
    await interact('dora');
    expect(await forget('dora', key)).toMatchObject({ wasKnown: true });
  }
  const [event] = await query<{ metadata: { actor: string } }>(
    `select metadata from events where type = 'ViewerForgotten' order by position desc limit 1`,
  );
  const address = { actor: event?.metadata.actor ?? '', method: 'DELETE', path: '/v1/viewers/dora' };
  expect(await tablesWith(query, [requestCommandId(address, 'forget dora')])).toEqual([]);
});

test('who is forgotten by a request that was cut off before its end is forgotten without another', async () => {
  await interact('eve');
  // Stands in for the end of the process between the two: the row outlives the event that says it is gone.
  await query(`create function refuse() returns trigger language plpgsql as
    $$ begin raise exception 'cut off' using errcode = 'admin_shutdown'; end $$`);
  await query('create trigger refuse before delete on viewers execute function refuse()');
  const response = await fetch(at('/v1/viewers/eve'), { method: 'DELETE' });
  expect(response.status).toBe(503);
  await query('drop trigger refuse on viewers');
  const known = () => query(`select from viewers where user_id = 'eve'`);
  await expect.poll(known, { timeout: 20_000 }).toEqual([]);
}, 30_000);

test('nothing that is kept lets a guessed user id be confirmed', async () => {
  const userId = 'carl';
  const body = { userId, mediaId, type: 'like' };
  await interact(userId, { 'idempotency-key': 'carls' });
  const [event] = await query<{ event_id: string; metadata: { correlationId: string } }>(
    `select event_id, metadata from events where type = 'InteractionRecorded' order by position desc limit 1`,
  );
  const guessed = deriveId(deriveId(event?.metadata.correlationId ?? '', `0:${JSON.stringify(body)}`), 0);
  expect(event?.event_id).not.toBe(guessed);
  expect(await tablesWith(query, [guessed, requestHashOf(body)])).toEqual([]);
});
