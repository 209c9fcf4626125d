import type { JobDepth } from '../../core/job-queue.js';
import type { WorkerPresence } from '../../core/worker-presence.js';
import type { QueueStanding } from '../../observing/standing.js';

/** How it stands with each kind of job: how much waits and since when, and how many processes take it. */
export const queueMetrics =
  (queue: JobDepth, presence: Pick<WorkerPresence, 'takers'>) => async (): Promise<QueueStanding[]> => {
    const [depths, waits, takers] = await Promise.all([queue.depth(), queue.waits(), presence.takers()]);
    const waitOf = new Map(waits.map(({ kind, seconds }) => [kind, seconds]));
    return depths.map((depth) => ({
      ...depth,
      waitSeconds: waitOf.get(depth.kind) ?? 0,
      workers: takers.get(depth.kind) ?? 0,
    }));
  };
