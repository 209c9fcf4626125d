import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { topicTable } from '../../src/adapters/kafka/topics/topic-table.js';
import { jobKinds } from '../../src/domain/jobs.js';
import { engine } from '../support/engines.js';
import { deleteTopics, makeTopics } from '../support/kafka-topics.js';
import { historyOf, isSettled, uploadWithKey, waitForItem } from './support/client.js';
import { expectNothingLeft } from './support/expect-done-once.js';
import { type ExternalDatabase, startExternalDatabase } from './support/external-database.js';
import { createFleet, type Fleet } from './support/fleet.js';
import { playEverything } from './support/play-everything.js';

const run = promisify(execFile);
const { KAFKA_BROKERS } = engine('kafka');
const settings = { brokers: KAFKA_BROKERS.split(','), clientId: 'test' };
const prefix = `e2e-chunks-${randomUUID()}`;
const folder = mkdtempSync(join(tmpdir(), 'mediaflow-e2e-chunks-'));
/** A disk for each host: what one worker has made reaches another through the object service alone. */
const [front, first, second] = ['front', 'first', 'second'] as const;
let database: ExternalDatabase;
const hosts = new Map<string, Fleet>();
const host = (name: string): Fleet => {
  const fleet = hosts.get(name);
  if (!fleet) throw new Error(`There is no host ${name}`);
  return fleet;
};

beforeAll(async () => {
  await makeTopics(settings, prefix, topicTable(jobKinds));
  database = await startExternalDatabase();
  const environment = {
    ...{ ...engine('s3'), S3_PREFIX: `${prefix}/`, DATABASE_URL: database.url },
    ...{ KAFKA_BROKERS, KAFKA_TOPIC_PREFIX: prefix, MEDIAFLOW_JOBS: 'kafka' },
    ...{ MEDIAFLOW_CHUNKS_FROM_SECONDS: '60', MEDIAFLOW_CHUNK_SECONDS: '30' },
    MEDIAFLOW_MODERATION_REVIEW_AT: '1',
  };
  for (const name of [front, first, second]) hosts.set(name, createFleet(join(folder, name), environment));
  await host(front).start(front, 'command,query,projector,saga,relay');
  await host(first).start('worker', 'worker');
  await host(second).start('worker', 'worker');
}, 240_000);
afterAll(async () => {
  for (const fleet of hosts.values()) await fleet.killAll();
  await database?.stop();
  await deleteTopics(settings, prefix);
  rmSync(folder, { recursive: true, force: true });
});

const SECONDS = 150;
const FRAMES_A_SECOND = 10;

async function makeFilm(path: string): Promise<string> {
  await run('ffmpeg', [
    ...[
      '-v',
      'error',
      '-f',
      'lavfi',
      '-i',
      `testsrc2=size=640x360:rate=${FRAMES_A_SECOND}:duration=${SECONDS}`,
    ],
    ...[
      '-f',
      'lavfi',
      '-i',
      `sine=frequency=440:duration=${SECONDS}`,
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
    ],
    ...['-pix_fmt', 'yuv420p', '-g', '40', '-c:a', 'aac', '-shortest', path],
  ]);
  return path;
}

async function framesPlayed(url: string): Promise<number> {
  const { stdout } = await run('ffprobe', [
    ...['-v', 'error', '-select_streams', 'v:0', '-count_packets', '-show_entries', 'stream=nb_read_packets'],
    ...['-of', 'csv=p=0', url],
  ]);
  return Number.parseInt(stdout, 10);
}

test('a film in chunks, whose workers on two hosts are killed while they encode some, is finished by those that come after them, each frame once', async () => {
  const url = host(front).url(front);
  const { mediaId } = await uploadWithKey(url, await makeFilm(join(folder, 'film.mp4')), 'in chunks');
  const begun = async () =>
    new Set(
      (await historyOf(url, mediaId)).flatMap(({ type, data }) =>
        type === 'StepStarted' && String(data.step).startsWith('chunk:') ? [String(data.step)] : [],
      ),
    ).size;
  await expect.poll(begun, { timeout: 240_000, interval: 50 }).toBeGreaterThanOrEqual(2);
  await Promise.all([host(first).kill('worker'), host(second).kill('worker')]);
  // The one comes back, and the other's host is gone for good: nobody else has its disk.
  await host(first).start('worker', 'worker');

  const item = await waitForItem(url, mediaId, isSettled, 400);
  expect(item.steps.filter(({ status }) => status !== 'completed')).toEqual([]);
  expect(item.status).toBe('published');
  const master = `${url}${item.playbackUrl}`;
  expect(await playEverything(master)).toBeGreaterThan(SECONDS / 6);
  expect(await framesPlayed(master)).toBe(SECONDS * FRAMES_A_SECOND);

  const history = await historyOf(url, mediaId);
  const completed = history.flatMap(({ type, data }) =>
    type === 'StepCompleted' && /^(?:chunk:|join)/.test(String(data.step)) ? [String(data.step)] : [],
  );
  expect(completed.length).toBeGreaterThanOrEqual(6);
  expect(new Set(completed).size).toBe(completed.length);
  expect(history.filter(({ type }) => type === 'MediaPublished')).toHaveLength(1);
  await expectNothingLeft(database.query);
  for (const name of [front, first, second])
    expect(existsSync(join(folder, name, 'blobs')), name).toBe(false);
}, 700_000);
