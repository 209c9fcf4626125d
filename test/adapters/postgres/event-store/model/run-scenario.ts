import pg from 'pg';
import { createListener } from '../../../../../src/adapters/postgres/connection/listener.js';
import { createPostgresEventStore } from '../../../../../src/adapters/postgres/event-store/event-store.js';
import { MediaFlowError } from '../../../../../src/core/errors.js';
import type { AllPage, AppendResult, EventStore } from '../../../../../src/core/event-store.js';
import { silentLogger } from '../../../../../src/core/logger.js';
import { START } from '../../../../../src/core/position.js';
import { sampleEvents } from '../../../../contracts/event-store-samples.js';
import { type CuttingProxy, createCuttingProxy } from '../../../../support/cutting-proxy.js';
import type { AppendRecord, History } from './check-history.js';
import { disturb } from './disturb.js';
import { FILTERED_TYPE, type Scenario, type WriterStep } from './scenario.js';

/** Plays a scenario on several stores, each with connections of its own as a process has, and notes what was seen. */
export async function runScenario(databaseUrl: string, scenario: Scenario): Promise<History> {
  const proxy = await createCuttingProxy(databaseUrl);
  const processes = Array.from({ length: scenario.processes }, () => openProcess(proxy));
  const acknowledged: AppendRecord[] = [];
  const rejected: AppendRecord[] = [];
  const stop = new AbortController();
  const readers = processes.flatMap(({ store }) => [
    collectPages(store.subscribeAll({ after: START, limit: 7, signal: stop.signal })),
    collectPages(
      store.subscribeAll({ after: START, filter: { types: [FILTERED_TYPE] }, limit: 3, signal: stop.signal }),
    ),
  ]);

  const writing = scenario.writers.map(async (steps, index) => {
    for (const [number, step] of steps.entries()) {
      const home = processes[(index + number) % processes.length];
      const other = processes[(index + number + 1) % processes.length];
      if (home && other) await write(home.store, other.store, scenario, step);
    }
  });

  async function write(store: EventStore, other: EventStore, { streams }: Scenario, step: WriterStep) {
    const stream = `stream-${step.stream % streams}`;
    const events = sampleEvents(step.count, { type: step.count === 1 ? FILTERED_TYPE : 'Common' });
    const current = (await patiently(() => store.readStream(stream))).length - 1;
    const believed = step.belief === 'stale' ? Math.max(current - 1, -1) : current;
    const expected = step.belief === 'any' || step.belief === 'no-stream' ? step.belief : believed;
    const append = (by: EventStore) => patiently(() => by.append(stream, events, expected));
    const attempts = await Promise.allSettled(Array.from({ length: step.copies }, () => append(store)));
    if (step.repeatElsewhere) attempts.push(...(await Promise.allSettled([append(other)])));
    const results: AppendResult[] = [];
    for (const attempt of attempts) {
      if (attempt.status === 'fulfilled') results.push(attempt.value);
      else if (!(attempt.reason instanceof MediaFlowError) || attempt.reason.kind !== 'conflict') {
        throw attempt.reason;
      }
    }
    (results.length > 0 ? acknowledged : rejected).push({ stream, events, results, expected });
  }

  const admin = new pg.Pool({ connectionString: databaseUrl, max: 3 });
  admin.on('error', () => {});
  const raw: string[] = [];
  for (const disturbance of scenario.disturbances) raw.push(...(await disturb(disturbance, admin, proxy)));
  await Promise.all(writing);

  const hears = createListener({ connectionString: databaseUrl, logger: silentLogger });
  const witness = createPostgresEventStore({ pool: admin, listener: hears });
  const { events: log, position: head } = await witness.readAll({ after: START, limit: 100_000 });
  await Promise.all(readers.map((reader) => reader.reached(head)));
  stop.abort();
  const pages = await Promise.all(readers.map((reader) => reader.done));
  await Promise.all(processes.map((process) => process.close()));
  await witness.close();
  await hears.close();
  await admin.end();
  await proxy.close();
  return { log, acknowledged, rejected, rawCommitted: raw, pages };
}

function openProcess(proxy: CuttingProxy) {
  const pool = new pg.Pool({ connectionString: proxy.url, max: 3 });
  pool.on('error', () => {});
  const listener = createListener({ connectionString: proxy.url, logger: silentLogger });
  const store = createPostgresEventStore({
    pool,
    listener,
    pollIntervalMilliseconds: 100,
    readIntervalMilliseconds: 1,
  });
  return {
    store,
    async close() {
      await store.close();
      await listener.close();
      await pool.end();
    },
  };
}

/** Repeats what failed as unavailable, as a caller of the port may. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof MediaFlowError) || error.kind !== 'unavailable') throw error;
    }
  }
}

function collectPages(subscription: AsyncIterable<AllPage>) {
  const pages: AllPage[] = [];
  const waiting: { position: string; resolve: () => void }[] = [];
  const done = (async () => {
    for await (const page of subscription) {
      pages.push(page);
      for (const waiter of waiting) if (page.position >= waiter.position) waiter.resolve();
    }
    return pages;
  })();
  return {
    done,
    reached: (position: string): Promise<void> =>
      new Promise((resolve) => {
        if ((pages.at(-1)?.position ?? START) >= position) resolve();
        else waiting.push({ position, resolve });
      }),
  };
}
