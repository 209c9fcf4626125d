import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { topicTable } from '../../src/adapters/kafka/topics/topic-table.js';
import { jobKinds } from '../../src/domain/jobs.js';
import { engine } from '../support/engines.js';
import { deleteTopics, makeTopics } from '../support/kafka-topics.js';
import { getJson, historyOf, isSettled, postJson, uploadWithKey, waitForItem } from './support/client.js';
import { expectNothingLeft } from './support/expect-done-once.js';
import { type ExternalDatabase, startExternalDatabase } from './support/external-database.js';
import { createFleet, type Fleet } from './support/fleet.js';
import { makeClip } from './support/media-files.js';
import { playEverything } from './support/play-everything.js';

const { KAFKA_BROKERS } = engine('kafka');
const settings = { brokers: KAFKA_BROKERS.split(','), clientId: 'test' };
const prefix = `e2e-${randomUUID()}`;
const folder = mkdtempSync(join(tmpdir(), 'mediaflow-e2e-kafka-'));
let database: ExternalDatabase;
let fleet: Fleet;
beforeAll(async () => {
  await makeTopics(settings, prefix, topicTable(jobKinds));
  database = await startExternalDatabase();
  fleet = createFleet(join(folder, 'data'), {
    ...{ DATABASE_URL: database.url, KAFKA_BROKERS, KAFKA_TOPIC_PREFIX: prefix, MEDIAFLOW_JOBS: 'kafka' },
  });
  await fleet.start('api', 'command,query,projector');
  await fleet.start('saga', 'saga,relay');
  await fleet.start('worker', 'worker');
}, 180_000);
afterAll(async () => {
  await fleet?.killAll();
  await database?.stop();
  await deleteTopics(settings, prefix);
  rmSync(folder, { recursive: true, force: true });
});

test('with jobs in Kafka, a clip whose worker is killed in the middle of its transcode is finished by another and played', async () => {
  // Of less than ten seconds, which is transcoded at once.
  const clip = await makeClip(join(folder, 'clip.mp4'), 9, '640x360');
  const url = fleet.url('api');
  const { mediaId } = await uploadWithKey(url, clip, 'through Kafka');
  const begun = async () =>
    (await historyOf(url, mediaId)).some(
      ({ type, data }) => type === 'StepStarted' && data.step === 'transcode',
    );
  await expect.poll(begun, { timeout: 200_000, interval: 50 }).toBe(true);
  await fleet.restart('worker');
  await fleet.restart('saga');

  const item = await waitForItem(url, mediaId, isSettled, 240);
  expect(item.steps.filter(({ status }) => status !== 'completed')).toEqual([]);
  if (item.status === 'in_review')
    await postJson(`${url}/v1/media/${mediaId}/review`, { decision: 'approve', reason: 'a test pattern' });
  const published = await waitForItem(url, mediaId, ({ status }) => status === 'published');
  expect(await playEverything(`${url}${published.playbackUrl}`)).toBeGreaterThanOrEqual(3);

  const history = await historyOf(url, mediaId);
  const ofTranscode = history.flatMap(({ type, data }) => (data.step === 'transcode' ? [type] : []));
  expect(ofTranscode.filter((type) => type === 'StepCompleted')).toHaveLength(1);
  expect(ofTranscode.filter((type) => type === 'StepFailed').length).toBeLessThanOrEqual(1);
  expect(history.filter(({ type }) => type === 'MediaPublished')).toHaveLength(1);
  await expectNothingLeft(database.query);
  const queues = await getJson<{ items: { waiting: number; active: number }[] }>(`${url}/v1/queues`);
  for (const queue of queues.items) expect(queue).toMatchObject({ waiting: 0, active: 0 });
  const dependencies = async () =>
    (await getJson<{ dependencies: object }>(`${fleet.url('worker')}/health/ready`)).dependencies;
  await expect.poll(dependencies).toMatchObject({ jobQueue: { status: 'ok' } });
}, 600_000);
