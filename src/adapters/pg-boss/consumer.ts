import type { JobPolicy } from '../../core/job.js';
import type { JobHandler } from '../../core/running-job.js';
import { type RunningAttempt, runAttempt } from './attempt.js';
import type { Fetched, Room } from './fetch-jobs.js';
import { attemptIdOf, type FetchedJob, toRunningJob } from './fetched-job.js';
import { groupIn } from './job-groups.js';
import type { AttemptId } from './job-rows.js';
import { type OverlongOptions, watchLength } from './overlong.js';
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
  /** Never rejects. */
  giveBack(job: FetchedJob): Promise<void>;
  readonly suspects: Suspects;
  readonly overlong: OverlongOptions;
  /** Never rejects. */
  markLong(attempt: AttemptId): Promise<void>;
  /** Sees the attempt to its end and writes that down. Never rejects. */
  see(attempt: RunningAttempt, leaseSeconds: number): Promise<void>;
}): Consumer {
  const running = new Set<RunningAttempt>();
  const overlong = new Set<RunningAttempt>();
  const endings = new Set<Promise<void>>();
  let closed = false;
  let wokenAgain = false;
  let fetching: Promise<void> | undefined;

  /** When long work holds every slot, one more opens for short work: no film makes clips wait for its end. */
  const room = (): Room => {
    const free = options.concurrency - running.size;
    const unsuspectedOnly = options.suspects.isTaken();
    if (free > 0) return { limit: free, shortOnly: false, unsuspectedOnly };
    const isExpressOpen =
      free === 0 && [...running].every((attempt) => attempt.job.long || overlong.has(attempt));
    return { limit: isExpressOpen ? 1 : 0, shortOnly: true, unsuspectedOnly };
  };
  const hasRoom = () => !closed && room().limit > 0;

  const start = (fetched: FetchedJob) => {
    const { handler, policy, abandonAfterSeconds, random, suspects } = options;
    const job = toRunningJob(fetched);
    const isSuspect = groupIn(fetched.groupId).suspect;
    const id = attemptIdOf(fetched);
    // Two came at once, or another kind took one meanwhile.
    if (isSuspect && !suspects.take(job.id)) {
      follow(options.giveBack(fetched));
      return;
    }
    const attempt = runAttempt({ job, handler, policy, abandonAfterSeconds, random });
    running.add(attempt);
    const endWatch = watchLength(attempt, {
      ...options.overlong,
      // They stand in the order in which they began, and the last one in was let into it.
      isInExtraSlot: () => [...running].indexOf(attempt) >= options.concurrency,
      async onLong() {
        overlong.add(attempt);
        wake();
        await options.markLong(id);
      },
    });
    const seen = options.see(attempt, fetched.data.leaseSeconds ?? policy.leaseSeconds);
    follow(
      seen.finally(() => {
        endWatch();
        running.delete(attempt);
        overlong.delete(attempt);
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
        const asked = room();
        const { taken, doubtful } = await options.fetch(asked);
        for (const job of taken) start(job);
        for (const job of doubtful ?? []) follow(options.giveBack(job).then(wake));
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
    running,
    async close() {
      closed = true;
      await fetching;
    },
    async drained() {
      while (endings.size > 0) await Promise.all(endings);
    },
  };
}
