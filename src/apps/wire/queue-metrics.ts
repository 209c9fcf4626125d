import type { JobDepth } from '../../core/job-queue.js';
import type { WorkerPresence } from '../../core/worker-presence.js';
import { jobKinds } from '../../domain/jobs.js';
import type { QueueStanding, StandingSources } from '../../observing/standing.js';

/** How it stands with each kind of job: how much waits, where and since when, and how many processes take it. */
export const queueMetrics = (
  queue: JobDepth,
  presence: Pick<WorkerPresence, 'takers'>,
): Required<Pick<StandingSources, 'queues' | 'takers'>> => ({
  queues: () => standingOf(queue),
  takers: { kinds: jobKinds, count: presence.takers },
});

async function standingOf(queue: JobDepth): Promise<QueueStanding[]> {
  const [depths, waits, backlogs] = await Promise.all([queue.depth(), queue.waits(), queue.backlog()]);
  const waitOf = new Map(waits.map(({ kind, seconds }) => [kind, seconds]));
  const backlogOf = new Map(backlogs.map(({ kind, jobs }) => [kind, jobs]));
  return depths.map((depth) => ({
    ...depth,
    waitSeconds: waitOf.get(depth.kind) ?? 0,
    backlog: backlogOf.get(depth.kind),
  }));
}
