import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Product, startProduct } from '../e2e/support/product.js';
import { median } from './event-store/statistics.js';
import { type BenchRow, within } from './support/bench-row.js';
import { type FilledFolder, fillFolder } from './support/filled-folder.js';
import { jsonRequest } from './support/http-connection.js';
import { openPool } from './support/load.js';
import { proportionalMegabytes } from './support/processes.js';
import { untilViewsFollow } from './support/until-views-follow.js';
import { inFolder, portOf, postmasterOf } from './support/with-product.js';

const ROUNDS = 3;
const ITEMS = 2000;
const IDLE_SECONDS = 5;
const COMMANDING_MILLISECONDS = 1000;

interface Round {
  readonly existingSeconds: number;
  readonly idleMegabytes: number;
  readonly databaseMegabytes: number;
  readonly afterKillSeconds: number;
}

/** How soon the built product is ready, and what it holds in memory while nobody asks anything of it. */
export const benchStart = (): Promise<BenchRow[]> =>
  inFolder(async (folder) => {
    const emptySeconds: number[] = [];
    const filledFolder = join(folder, '0');
    for (let turn = 0; turn < ROUNDS; turn++) {
      const [seconds, product] = await timedStart(join(folder, String(turn)));
      emptySeconds.push(seconds);
      await product.stop();
    }
    const { ids, ...filled } = await fillFolder(filledFolder, ITEMS);
    await makeViews(filledFolder);
    const rounds: Round[] = [];
    for (let turn = 0; turn < ROUNDS; turn++) rounds.push(await oneRound(filledFolder, ids));
    return rowsOf(emptySeconds, rounds, contentOf(filled));
  });

function rowsOf(emptySeconds: readonly number[], rounds: readonly Round[], content: string): BenchRow[] {
  const middle = (field: keyof Round) => median(rounds.map((round) => round[field]));
  const note = `median of ${ROUNDS}; from starting the process to "ready"`;
  return [
    within(15, {
      what: 'start to ready, empty data folder',
      ours: median(emptySeconds),
      unit: 's',
      note: `${note}; initdb and all migrations included`,
    }),
    within(10, {
      what: 'start to ready, existing data',
      ours: middle('existingSeconds'),
      unit: 's',
      note: `${note}; stopped cleanly before; ${content}`,
    }),
    within(3, {
      what: 'start to ready after kill -9',
      ours: middle('afterKillSeconds'),
      unit: 's',
      note: `${note}; killed while commands came in, PostgreSQL recovers first; ${content}`,
    }),
    within(400, {
      what: 'memory when idle, models not loaded',
      ours: middle('idleMegabytes'),
      unit: 'MB',
      note: `proportional share of all processes ${IDLE_SECONDS} s after start; PostgreSQL's part ${middle('databaseMegabytes').toFixed(0)} MB`,
    }),
  ];
}

const contentOf = ({ items, blobs, openUploads, finishedUploads }: FilledFolder): string =>
  `${items} items, ${blobs} blobs, ${openUploads} open uploads and ${finishedUploads} finished ones`;

async function oneRound(dataFolder: string, ids: readonly string[]): Promise<Round> {
  const [existingSeconds, running] = await timedStart(dataFolder);
  await delay(IDLE_SECONDS * 1000);
  const postmaster = await postmasterOf(dataFolder);
  const idleMegabytes = await proportionalMegabytes([running.pid, postmaster]);
  const databaseMegabytes = await proportionalMegabytes([postmaster]);
  const commanding = sendCommands(running, ids).catch(() => {}); // ends with the process
  await delay(COMMANDING_MILLISECONDS);
  await running.kill();
  await commanding;

  const [afterKillSeconds, restarted] = await timedStart(dataFolder);
  await restarted.stop();
  return { existingSeconds, afterKillSeconds, idleMegabytes, databaseMegabytes };
}

async function timedStart(dataFolder: string): Promise<[number, Product]> {
  const startedAt = performance.now();
  const product = await startProduct(dataFolder);
  return [(performance.now() - startedAt) / 1000, product];
}

/** What the log was filled with is the projector's to show, at a start that is not measured. */
async function makeViews(dataFolder: string): Promise<void> {
  const product = await startProduct(dataFolder);
  await untilViewsFollow(product.url);
  await product.stop();
}

/** Titles change until the server is gone. */
async function sendCommands({ url }: Product, ids: readonly string[]): Promise<void> {
  const pool = await openPool(portOf(url), 16);
  try {
    await Promise.all(
      pool.connections.map(async (_, lane) => {
        for (let index = lane; ; index += 16)
          await pool.request(
            jsonRequest('PATCH', `/v1/media/${ids[index % ids.length]}`, { title: `Title ${index}` }),
            202,
          );
      }),
    );
  } finally {
    pool.close();
  }
}
