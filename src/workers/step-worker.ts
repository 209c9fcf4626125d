import type { Command } from '../core/decider.js';
import type { JobPolicy } from '../core/job.js';
import type { AttemptMeta, Worker, WorkerContext } from '../core/worker.js';
import { type JobPayload, jobPayloads } from '../domain/jobs.js';
import type { AttemptOf, MediaCommand } from '../domain/media/media-commands.js';
import type { Step } from '../domain/media/media-values.js';

export interface StepWorkerOptions<Kind extends Step> {
  readonly step: Kind;
  readonly policy: JobPolicy;
  readonly concurrency: number;
  /** Does the step and returns the commands that record its result. */
  run(payload: JobPayload<Kind>, held: AttemptOf, context: WorkerContext): Promise<readonly MediaCommand[]>;
}

/** What all steps of a media item share: telling that they began, and that they failed. */
export function stepWorker<Kind extends Step>(options: StepWorkerOptions<Kind>): Worker<JobPayload<Kind>> {
  const { step, policy, concurrency } = options;
  const held = (payload: JobPayload<Kind>, meta: AttemptMeta): AttemptOf => ({
    mediaId: payload.mediaId,
    step,
    attempt: meta.attempt,
    jobId: meta.jobId,
  });
  return {
    kind: step,
    // The table is indexed by the same kind; TypeScript cannot follow that through a type parameter.
    payload: jobPayloads[step] as unknown as Worker<JobPayload<Kind>>['payload'],
    policy,
    concurrency,
    started: (payload, meta): Command[] => [{ type: 'StartStep', data: held(payload, meta) }],
    run: (payload, context) => options.run(payload, held(payload, context), context),
    failed: (payload, { code, message, final, retryAt }, meta): Command[] => [
      { type: 'FailStep', data: { ...held(payload, meta), code, message, final, retryAt } },
    ],
  };
}

/** Minutes for work whose length grows with the video: a floor, and a multiple of its duration at the slowest. */
export const shortWork: JobPolicy = {
  maximumAttempts: 4,
  leaseSeconds: 20,
  timeLimitSeconds: 30 * 60,
  backoff: { firstSeconds: 2, maximumSeconds: 120 },
};

export const longWork: JobPolicy = { ...shortWork, timeLimitSeconds: 24 * 60 * 60 };
