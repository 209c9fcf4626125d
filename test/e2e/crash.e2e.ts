import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Answering, type FileServer, serveFile, startFileServer } from '../support/file-server.js';
import { findPortToKeep } from '../support/port-to-keep.js';
import { createActivity } from './crash/activity.js';
import { faultsOf } from './crash/check-record.js';
import { type Clip, runClients } from './crash/clients.js';
import { makeClips } from './crash/clips.js';
import { killChild } from './crash/kill.js';
import type { Act } from './crash/record.js';
import { type Scenario, scenarioOf } from './crash/scenario.js';
import { describeStrike, type Strike, summaryOf, workUnderWay } from './crash/strikes.js';
import { placeIn, takeRecord } from './crash/take-record.js';
import { type Product, startProduct } from './support/product.js';

/** `npm run test:crash -- --rounds 300 --seed 1` sets them. */
const ROUNDS = Number(process.env.CRASH_ROUNDS ?? 10);
const FIRST_SEED = Number(process.env.CRASH_SEED ?? 1);
/** What was acknowledged in one round may be lost in a later one; but a log that grows makes every round slower. */
const ROUNDS_A_FOLDER = 15;

const folder = mkdtempSync(join(tmpdir(), 'mediaflow-crash-'));
let clips: Clip[] = [];
let files: FileServer | undefined;
let dataFolder = '';
let product: Product | undefined;
let port = 0;
const acts: Act[] = [];
const strikes: Strike[] = [];
const activity = createActivity();

beforeAll(async () => {
  files = await startFileServer();
  clips = (await makeClips(folder)).map((clip) => addressed(clip, files));
  files.answer(serveFiles(clips.map(({ path }) => path)));
  port = await findPortToKeep();
});
afterAll(async () => {
  console.info(summaryOf(strikes));
  await product?.kill();
  await files?.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

const start = async () => {
  // Every video waits for a person's word.
  const environment = {
    ...{ PORT: String(port), MEDIAFLOW_MODERATION_REVIEW_AT: '0' },
    ...{ MEDIAFLOW_PULL_ALLOW: '127.0.0.1', MEDIAFLOW_PULL_PORTS: String(files?.port) },
  };
  product = await startProduct(dataFolder, environment);
  return product;
};

const addressed = (clip: Clip, server: FileServer | undefined): Clip => ({
  ...clip,
  ...(server && { address: server.url(`/${basename(clip.path)}`) }),
});

/** Each cut off in its middle, so that what was begun is gone on with. */
const serveFiles =
  (paths: readonly string[]): Answering =>
  (request, response) => {
    const path = paths.find((each) => request.url === `/${basename(each)}`);
    if (path === undefined) return void response.writeHead(404).end();
    const bytes = readFileSync(path);
    const cutAfterBytes = Math.ceil(bytes.length / 2);
    serveFile({ bytes, etag: `"${basename(path)}"` }, { cutAfterBytes })(request, response);
  };

async function strike({ kills }: Scenario): Promise<Strike[]> {
  const round: Strike[] = [];
  const startedAt = performance.now();
  for (const { victim, afterMs } of kills) {
    await delay(Math.max(0, afterMs - (performance.now() - startedAt)));
    if (!product) throw new Error('The product does not run');
    const during = [...activity.now(), ...(await workUnderWay(dataFolder))];
    if (victim !== 'server')
      round.push({ victim, during, hit: await killChild(victim, { serverPid: product.pid, dataFolder }) });
    else {
      round.push({ victim, during, hit: true });
      await product.kill();
      await start();
    }
  }
  return round;
}

for (let round = 0; round < ROUNDS; round++) {
  const seed = FIRST_SEED + round;
  test(`seed ${seed}: nothing acknowledged is lost, nothing happens twice, nothing is stuck`, {
    timeout: 400_000,
  }, async () => {
    if (round % ROUNDS_A_FOLDER === 0) {
      await product?.kill();
      if (dataFolder) rmSync(dataFolder, { recursive: true, force: true, maxRetries: 5 });
      dataFolder = join(folder, `data ${round}`);
      acts.length = 0;
      await start();
    }
    const scenario = scenarioOf(seed, clips.length - 1, ['form', 'tus', 'joined', 'address']);
    const url = `http://127.0.0.1:${port}`;
    const [, struck] = await Promise.all([
      runClients({ url, scenario, clips, activity, tell: (act) => acts.push(act) }),
      strike(scenario),
    ]);
    strikes.push(...struck);
    const story = struck.map(describeStrike).join('; ');
    console.info(`seed ${seed}: ${story}`);
    const faults = faultsOf(await takeRecord(placeIn(url, dataFolder), acts));
    expect(faults, story).toEqual([]);
  });
}
