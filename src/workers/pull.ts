import { setTimeout as delay } from 'node:timers/promises';
import { isRetryable, MediaFlowError } from '../core/errors.js';
import { abortCodeOf } from '../core/job-abort.js';
import type { Lock, Locker } from '../core/locker.js';
import { secondsBetween } from '../core/time.js';
import type { WorkerContext } from '../core/worker.js';
import type { Pull } from '../domain/media/pull.js';
import { interrupted } from './pull-bytes.js';
import type { PullDependencies, PullLimits } from './pull-context.js';
import { fetchWhole } from './pull-fetch.js';
import { keepPulled } from './pull-keep.js';
import { stepWorker } from './step-worker.js';

/** Fetches a file from an address, or what is still missing of it. */
export const pullWorker = (dependencies: PullDependencies) =>
  stepWorker({
    step: 'pull',
    concurrency: 4,
    async run({ mediaId }, held, context) {
      const { findPull, locker } = dependencies;
      const lock = await lockOf(mediaId, locker, context.signal);
      try {
        const pull = await findPull(mediaId);
        if (!pull) throw new Error(`Nobody has asked to pull media ${mediaId}`);
        const late = timeLeft(pull, dependencies.limits, context);
        const signal = AbortSignal.any([context.signal, lock.lost]);
        const fetching = { ...dependencies, pull, held, context, signal };
        const inTime = { ...fetching, signal: AbortSignal.any([signal, late]) };
        const growingKey = await fetchWhole(inTime).catch((error: unknown) => {
          context.signal.throwIfAborted();
          if (late.aborted) throw tooSlow();
          throw lock.lost.aborted ? interrupted('is another process’s by now') : error;
        });
        const whole = await keepPulled({ ...fetching, growingKey });
        return [{ type: 'RecordPull', data: { ...held, ...whole } }];
      } catch (error) {
        const isOver = !isRetryable(error) || abortCodeOf(context.signal) === 'cancelled';
        if (isOver) await discardGathered(mediaId, dependencies);
        throw error;
      } finally {
        await lock.release();
      }
    },
  });

/** Of an attempt that was lost and is not dead yet, the lock may be held for a while. */
const LOCK_PATIENCE_SECONDS = 30;

async function lockOf(mediaId: string, locker: Locker, signal: AbortSignal): Promise<Lock> {
  for (let seconds = 0; seconds < LOCK_PATIENCE_SECONDS; seconds++) {
    const lock = await locker.acquire(`pull-${mediaId}`);
    if (lock) return lock;
    await delay(1000, undefined, { signal });
  }
  throw interrupted('is another attempt’s still');
}

function timeLeft({ startedAt }: Pull, { maximumSeconds }: PullLimits, { now }: WorkerContext): AbortSignal {
  const leftSeconds = maximumSeconds - (startedAt === null ? 0 : secondsBetween(startedAt, now()));
  return leftSeconds <= 0 ? AbortSignal.abort() : AbortSignal.timeout(Math.ceil(leftSeconds * 1000));
}

const tooSlow = () =>
  new MediaFlowError(
    'too-large',
    'source_too_slow',
    'The file did not come in the time that there is for it.',
  );

/** Nothing goes on from there: it has failed for good, or is not wanted. What stays behind all the same, a sweep finds. */
async function discardGathered(mediaId: string, { blobs, findPull }: PullDependencies): Promise<void> {
  const answer = (await findPull(mediaId))?.answer;
  if (answer) await blobs.discard(answer.growingKey);
}
