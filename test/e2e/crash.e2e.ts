import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findFreePort } from '../../src/adapters/embedded-postgres/free-port.js';
import { faultsOf } from './crash/check-record.js';
import { type Clip, runClients } from './crash/clients.js';
import { killChild } from './crash/kill.js';
import type { Act } from './crash/record.js';
import { type Scenario, scenarioOf } from './crash/scenario.js';
import { takeRecord } from './crash/take-record.js';
import { makeClip } from './support/media-files.js';
import { type Product, startProduct } from './support/product.js';

/** `npm run test:crash -- --rounds 300 --seed 1` sets them. */
const ROUNDS = Number(process.env.CRASH_ROUNDS ?? 15);
const FIRST_SEED = Number(process.env.CRASH_SEED ?? 1);
/** What was acknowledged in one round may be lost in a later one; but a log that grows makes every round slower. */
const ROUNDS_A_FOLDER = 15;

const folder = mkdtempSync(join(tmpdir(), 'mediaflow-crash-'));
const clips: Clip[] = [];
let dataFolder = '';
let product: Product | undefined;
let port = 0;
const acts: Act[] = [];

beforeAll(async () => {
  // The last is long enough for a preview before its ladder.
  for (const [seconds, size] of [
    [1, '320x180'],
    [2, '426x240'],
    [11, '160x90'],
  ] as const) {
    const path = await makeClip(join(folder, `${seconds}.mp4`), seconds, size);
    clips.push({ path, sha256: createHash('sha256').update(readFileSync(path)).digest('hex') });
  }
  port = await findFreePort();
});
afterAll(async () => {
  await product?.kill();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

const start = async () => {
  product = await startProduct(dataFolder, { PORT: String(port) });
  return product;
};

async function strike({ kills }: Scenario): Promise<void> {
  const startedAt = performance.now();
  for (const { victim, afterMs } of kills) {
    await delay(Math.max(0, afterMs - (performance.now() - startedAt)));
    if (!product) throw new Error('The product does not run');
    if (victim !== 'server') await killChild(victim, { serverPid: product.pid, dataFolder });
    else {
      await product.kill();
      await start();
    }
  }
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
    const scenario = scenarioOf(seed, clips.length);
    const url = `http://127.0.0.1:${port}`;
    await Promise.all([
      runClients({ url, scenario, clips, tell: (act) => acts.push(act) }),
      strike(scenario),
    ]);
    const faults = faultsOf(await takeRecord({ url, dataFolder, acts }));
    expect(faults, JSON.stringify(scenario.kills)).toEqual([]);
  });
}
