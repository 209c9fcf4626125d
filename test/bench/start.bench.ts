import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Product, startProduct } from '../e2e/support/product.js';
import { median } from './event-store/statistics.js';
import { announceItems } from './support/announced-items.js';
import { type BenchRow, within } from './support/bench-row.js';
import { openPool } from './support/load.js';
import { proportionalMegabytes } from './support/processes.js';
import { inFolder, portOf, postmasterOf } from './support/with-product.js';

const ROUNDS = 3;
const ITEMS = 500;
const IDLE_SECONDS = 5;

interface Round {
  readonly emptySeconds: number;
  readonly idleMegabytes: number;
  readonly databaseMegabytes: number;
  readonly existingSeconds: number;
  readonly afterKillSeconds: number;
}

/** How soon the built product is ready, and what it holds in memory while nobody asks anything of it. */
export async function benchStart(): Promise<BenchRow[]> {
  const rounds: Round[] = [];
  for (let turn = 0; turn < ROUNDS; turn++)
    rounds.push(await inFolder((folder) => oneRound(join(folder, 'data'))));
  const middle = (field: keyof Round) => median(rounds.map((round) => round[field]));
  const note = `median of ${ROUNDS}; from starting the process to "ready"`;
  return [
    within(15, {
      what: 'start to ready, empty data folder',
      ours: middle('emptySeconds'),
      unit: 's',
      note: `${note}; initdb and all migrations included`,
    }),
    within(10, {
      what: 'start to ready, existing data',
      ours: middle('existingSeconds'),
      unit: 's',
      note: `${note}; ${ITEMS} items, stopped cleanly before`,
    }),
    within(10, {
      what: 'start to ready after kill -9',
      ours: middle('afterKillSeconds'),
      unit: 's',
      note: `${note}; killed while commands came in; PostgreSQL recovers first`,
    }),
    within(400, {
      what: 'memory when idle, models not loaded',
      ours: middle('idleMegabytes'),
      unit: 'MB',
      note: `proportional share of all processes ${IDLE_SECONDS} s after start; PostgreSQL's part ${middle('databaseMegabytes').toFixed(0)} MB`,
    }),
  ];
}

async function oneRound(dataFolder: string): Promise<Round> {
  const [emptySeconds, first] = await timedStart(dataFolder);
  await fill(first);
  await first.stop();

  const [existingSeconds, second] = await timedStart(dataFolder);
  await delay(IDLE_SECONDS * 1000);
  const postmaster = await postmasterOf(dataFolder);
  const idleMegabytes = await proportionalMegabytes([second.pid, postmaster]);
  const databaseMegabytes = await proportionalMegabytes([postmaster]);
  const filling = fill(second).catch(() => {}); // ends with the process
  await delay(200);
  await second.kill();
  await filling;

  const [afterKillSeconds, third] = await timedStart(dataFolder);
  await third.stop();
  return { emptySeconds, existingSeconds, afterKillSeconds, idleMegabytes, databaseMegabytes };
}

async function timedStart(dataFolder: string): Promise<[number, Product]> {
  const startedAt = performance.now();
  const product = await startProduct(dataFolder);
  return [(performance.now() - startedAt) / 1000, product];
}

async function fill({ url }: Product): Promise<void> {
  const pool = await openPool(portOf(url), 16);
  try {
    await announceItems(pool, ITEMS);
  } finally {
    pool.close();
  }
}
