import { MediaFlowError } from '../../../src/core/errors.js';
import type { AllPage, AppendResult, EventStore } from '../../../src/core/event-store.js';
import { START } from '../../../src/core/position.js';
import { sampleEvents } from '../../contracts/event-store-samples.js';
import type { AppendRecord, History } from './check-history.js';
import { FILTERED_TYPE, type Scenario, type WriterStep } from './scenario.js';

/** An engine to be disturbed. */
export interface Stage<Disturbance> {
  /** A store with connections of its own, as a process has. */
  openProcess(): { readonly store: EventStore; close(): Promise<void> };
  /** Makes something go wrong, and gives the ids of events that it wrote itself. */
  disturb(what: Disturbance): Promise<readonly string[]>;
  /** A store that nothing disturbs, asked when all is over. */
  openWitness(): Promise<{ readonly store: EventStore; close(): Promise<void> }>;
}

/** Plays a scenario on several stores, and notes what was seen. */
export async function playScenario<Disturbance>(
  stage: Stage<Disturbance>,
  scenario: Scenario<Disturbance>,
): Promise<History> {
  const processes = Array.from({ length: scenario.processes }, () => stage.openProcess());
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
      if (home && other) await write(home.store, other.store, step);
    }
  });

  async function write(store: EventStore, other: EventStore, step: WriterStep) {
    const stream = `stream-${step.stream % scenario.streams}`;
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

  const raw: string[] = [];
  for (const disturbance of scenario.disturbances) raw.push(...(await stage.disturb(disturbance)));
  await Promise.all(writing);

  const witness = await stage.openWitness();
  const { events: log, position: head } = await witness.store.readAll({ after: START, limit: 100_000 });
  await Promise.all(readers.map((reader) => reader.reached(head)));
  stop.abort();
  const pages = await Promise.all(readers.map((reader) => reader.done));
  await Promise.all(processes.map((process) => process.close()));
  await witness.close();
  return { log, acknowledged, rejected, rawCommitted: raw, pages };
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
