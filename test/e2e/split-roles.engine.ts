import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createActivity } from './crash/activity.js';
import { type Clip, runClients } from './crash/clients.js';
import { makeClips } from './crash/clips.js';
import type { Act } from './crash/record.js';
import { scenarioOf } from './crash/scenario.js';
import { faultsOfSplit } from './split-roles/check-split-record.js';
import { disturb } from './split-roles/disturb.js';
import { keepEvidence } from './split-roles/keep-evidence.js';
import { disturbancesOf } from './split-roles/plan.js';
import { PROCESS_NAMES, roleOf } from './split-roles/processes.js';
import { type Stage, setStage } from './split-roles/stage.js';
import { takeSplitRecord } from './split-roles/take-split-record.js';
import { getJson } from './support/client.js';

/** `npm run test:split-roles -- --disturbances 200 --seed 1` sets them. */
const DISTURBANCES = Number(process.env.SPLIT_ROLES_DISTURBANCES ?? 14);
const SEED = Number(process.env.SPLIT_ROLES_SEED ?? 1);
/** What carries the jobs. Kafka, unless it is told otherwise, as once there are brokers: `npm run test:split-roles -- --jobs postgres`. */
const JOBS = process.env.SPLIT_ROLES_JOBS;
/** A folder for what is there at the end. */
const LOGS = process.env.SPLIT_ROLES_LOGS ?? '';
/** All is compared after so many, while what happened can still be told from the log of the test. */
const DISTURBANCES_A_ROUND = 20;
/** Several engines may be away one after another, and what a client of tus gives up lies there unfinished for a day. */
const PATIENCE_SECONDS = 600;
/** Between the beginnings of two scenarios of clients. */
const SCENARIO_EVERY_MS = 45_000;

const folder = mkdtempSync(join(tmpdir(), 'mediaflow-split-roles-clips-'));
const acts: Act[] = [];
let clips: Clip[];
let stage: Stage;

beforeAll(async () => {
  clips = await makeClips(folder);
  // Every video waits for a person's word.
  stage = await setStage({ MEDIAFLOW_MODERATION_REVIEW_AT: '0', ...(JOBS && { MEDIAFLOW_JOBS: JOBS }) });
}, 600_000);
afterAll(async () => {
  if (stage && LOGS) await keepEvidence(stage, LOGS);
  await stage?.end();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

const play = (seed: number) =>
  runClients({
    ...{ url: stage.door.url, scenario: scenarioOf(seed, clips.length - 1), clips },
    ...{ activity: createActivity(), tell: (act: Act) => acts.push(act) },
    patienceSeconds: PATIENCE_SECONDS,
  });

test('with every role twice in processes of their own, everything is done once and told to Kafka', {
  timeout: 600_000,
}, async () => {
  for (const name of PROCESS_NAMES)
    await expect
      .poll(() => getJson(`${stage.processes.url(name)}/health/ready`), { timeout: 60_000 })
      .toMatchObject({ status: 'ready', roles: [roleOf(name)] });
  await play(SEED * 10_000);
  expect(faultsOfSplit(await takeSplitRecord(stage, acts))).toEqual([]);
});

/** Clients come on and on, so that each disturbance meets some. */
async function playUntil(over: AbortSignal, firstSeed: number): Promise<void> {
  const playing: Promise<void>[] = [];
  for (let seed = firstSeed; !over.aborted; seed++) {
    const played = play(seed);
    played.catch(() => {});
    playing.push(played);
    await delay(SCENARIO_EVERY_MS, undefined, { signal: over }).catch(() => {});
  }
  await Promise.all(playing);
}

const disturbances = disturbancesOf(SEED, DISTURBANCES);
for (let first = 0; first < DISTURBANCES; first += DISTURBANCES_A_ROUND) {
  const round = disturbances.slice(first, first + DISTURBANCES_A_ROUND);
  const last = first + round.length;
  test(`seed ${SEED}, disturbances ${first + 1} to ${last}: nothing acknowledged is lost, nothing happens twice, nothing is stuck`, {
    timeout: 1_200_000,
  }, async () => {
    const begun = performance.now();
    const story: string[] = [];
    const tell = (what: string) => {
      const line = `${((performance.now() - begun) / 1000).toFixed(1)} s: ${what}`;
      story.push(line);
      console.info(line);
    };
    const isOver = new AbortController();
    const disturbed = disturb(round, stage, tell).finally(() => isOver.abort());
    await Promise.all([disturbed, playUntil(isOver.signal, SEED * 10_000 + first + 1)]);
    tell('all clients have been answered, and everything runs');
    const faults = faultsOfSplit(await takeSplitRecord(stage, acts));
    tell('all has been looked at');
    expect(faults, story.join('\n')).toEqual([]);
  });
}

test('all of them end cleanly when they are told to', async () => {
  for (const [name, code] of await stage.processes.stopAll()) expect([name, code]).toEqual([name, 0]);
});
