import type { WorkerContext } from '../core/worker.js';
import type { AttemptOf } from '../domain/media/media-commands.js';

/** History is no progress bar: a step tells this often at the most how far it is. */
const PROGRESS_STEPS = 10;
const PROGRESS_INTERVAL_SECONDS = 2;

/** Tells how far a step has come, a few times at the most. */
export function throttledProgress(held: AttemptOf, { report, now, logger }: WorkerContext) {
  let toldFraction = 0;
  let toldAt = Date.parse(now());
  return ({ fraction }: { readonly fraction: number }) => {
    const at = Date.parse(now());
    const isDue =
      fraction - toldFraction >= 1 / PROGRESS_STEPS && at - toldAt >= PROGRESS_INTERVAL_SECONDS * 1000;
    if (!isDue || fraction >= 1) return;
    toldFraction = fraction;
    toldAt = at;
    report([{ type: 'ReportStepProgress', data: { ...held, fraction } }]).catch((error: unknown) =>
      logger.warn({ error, ...held }, 'progress could not be told'),
    );
  };
}
