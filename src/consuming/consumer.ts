import type { JobPolicy } from '../core/job.js';
import type { JobHandler } from '../core/running-job.js';
import { type RunningAttempt, runAttempt } from './attempt.js';
import type { Delivery, Fetched } from './delivery.js';
import { type OverlongOptions, watchLength } from './overlong.js';
import { createSlots, type Room } from './slots.js';
import type { Suspects } from './suspects.js';

export interface Consumer {
  readonly kind: string;
  hasRoom(): boolean;
  /** There may be something to fetch. */
  wake(): void;
  /** Fetches nothing more; resolves when what was being fetched has arrived. */
  close(): Promise<void>;
  readonly running: ReadonlySet<RunningAttempt>;
  /** Resolves when everything that runs now has ended and is written. */
  drained(): Promise<void>;
}

/** Keeps up to `concurrency` jobs of one kind running, and fetches only as many as there is room for. */
export function createConsumer(options: {
  readonly kind: string;
  readonly concurrency: number;
  readonly policy: JobPolicy;
  readonly handler: JobHandler;
  readonly abandonAfterSeconds: number;
  readonly random: () => number;
  fetch(room: Room): Promise<Fetched>;
  readonly suspects: Suspects;
  readonly overlong: OverlongOptions;
  /** Sees the attempt to its end and writes that down. Never rejects. */
  see(attempt: RunningAttempt, leaseSeconds: number): Promise<void>;
}): Consumer {
  const { suspects } = options;
  const slots = createSlots(options.concurrency, suspects);
  const endings = new Set<Promise<void>>();
  let closed = false;
  let wokenAgain = false;
  let fetching: Promise<void> | undefined;

  const hasRoom = () => !closed && slots.room().limit > 0;

  const start = (delivery: Delivery) => {
    const { handler, policy, abandonAfterSeconds, random } = options;
    const { job, isSuspect } = delivery;
    // Two came at once, or another kind took one meanwhile.
    if (isSuspect && !suspects.take(job.id)) {
      follow(delivery.giveBack());
      return;
    }
    const attempt = runAttempt({ job, handler, policy, abandonAfterSeconds, random });
    slots.occupy(attempt);
    const endWatch = watchLength(attempt, {
      ...options.overlong,
      isInExtraSlot: () => slots.isExtra(attempt),
      async onLong() {
        slots.countAsLong(attempt);
        wake();
        await delivery.markLong();
      },
    });
    follow(
      options.see(attempt, delivery.leaseSeconds).finally(() => {
        endWatch();
        slots.vacate(attempt);
        if (isSuspect) suspects.release(job.id);
        wake();
      }),
    );
  };

  const follow = (work: Promise<void>) => {
    const ending = work.finally(() => endings.delete(ending));
    endings.add(ending);
  };

  const fill = async () => {
    try {
      do {
        wokenAgain = false;
        const asked = slots.room();
        const { taken, doubtful = [] } = await options.fetch(asked);
        for (const delivery of taken) start(delivery);
        for (const delivery of doubtful) follow(delivery.giveBack().then(wake));
        // A short answer means that nothing more can run now; whatever changes that wakes us.
        if (taken.length === asked.limit) wokenAgain = true;
      } while (wokenAgain && hasRoom());
    } finally {
      // In the same breath as the last look at wokenAgain, so that no wake-up falls between.
      fetching = undefined;
    }
  };

  const wake = () => {
    wokenAgain = true;
    if (!fetching && hasRoom()) fetching = fill();
  };

  return {
    kind: options.kind,
    hasRoom,
    wake,
    running: slots.running,
    async close() {
      closed = true;
      await fetching;
    },
    async drained() {
      while (endings.size > 0) await Promise.all(endings);
    },
  };
}
