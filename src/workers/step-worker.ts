import type { Command } from '../core/decider.js';
import type { AttemptMeta, Worker, WorkerContext } from '../core/worker.js';
import { type JobPayload, jobPayloads, jobSubjects } from '../domain/jobs.js';
import type { AttemptOf, MediaCommand } from '../domain/media/media-commands.js';
import type { StepKind } from '../domain/media/steps/step-name.js';
import { jobPolicies } from './policies.js';

export interface StepWorkerOptions<Kind extends StepKind> {
  readonly step: Kind;
  readonly concurrency: number;
  /** Does the step and returns the commands that record its result. */
  run(payload: JobPayload<Kind>, held: AttemptOf, context: WorkerContext): Promise<readonly MediaCommand[]>;
}

interface Subject {
  readonly mediaId: string;
  readonly step?: AttemptOf['step'] | undefined;
}

/** What all steps of a media item share: telling that they began, and that they failed. */
export function stepWorker<Kind extends StepKind>(
  options: StepWorkerOptions<Kind>,
): Worker<JobPayload<Kind>, Subject> {
  const { step, concurrency } = options;
  const held = (subject: Subject, meta: AttemptMeta): AttemptOf => ({
    mediaId: subject.mediaId,
    step: subject.step ?? step,
    attempt: meta.attempt,
    jobId: meta.jobId,
  });
  return {
    kind: step,
    // The table is indexed by the same kind; TypeScript cannot follow that through a type parameter.
    payload: jobPayloads[step] as unknown as Worker<JobPayload<Kind>>['payload'],
    subject: jobSubjects.item,
    policy: jobPolicies[step],
    concurrency,
    started: (payload, meta): Command[] => [{ type: 'StartStep', data: held(payload, meta) }],
    run: (payload, context) => options.run(payload, held(payload, context), context),
    failed: (subject, { code, message, final, retryAt }, meta): Command[] => [
      { type: 'FailStep', data: { ...held(subject, meta), code, message, final, retryAt } },
    ],
  };
}
