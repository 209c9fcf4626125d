import type { JobPolicy } from '../core/job.js';
import type { JobKind } from '../domain/jobs.js';
import { type StepKind, stepKinds } from '../domain/media/steps/step-name.js';

const shortWork: JobPolicy = {
  maximumAttempts: 4,
  leaseSeconds: 20,
  timeLimitSeconds: 30 * 60,
  backoff: { firstSeconds: 2, maximumSeconds: 120 },
};

/** Of words, however large the file is. */
const oneQuestion: JobPolicy = { ...shortWork, timeLimitSeconds: 10 * 60 };

/** Grows with the size of the file: its bytes, its length, its pixels. The same file takes as long the next time. */
const workOnFile: JobPolicy = { ...shortWork, timeLimitSeconds: 24 * 60 * 60, timeLimitIsFinal: true };

const steps = Object.fromEntries(stepKinds.map((kind) => [kind, workOnFile])) as Record<StepKind, JobPolicy>;

/** How often and how long each kind of job may try. Known apart from the workers: who enqueues does not have them. */
export const jobPolicies: Readonly<Record<JobKind, JobPolicy>> = {
  ...steps,
  // A server of others may be away for an hour; how long all attempts may take together is the worker's to say.
  pull: { ...workOnFile, maximumAttempts: 12, backoff: { firstSeconds: 5, maximumSeconds: 900 } },
  purge: { ...shortWork, maximumAttempts: 20 },
  forget: { ...shortWork, maximumAttempts: 20 },
  // Often enough for a view that is being filled anew: it is waited for, and what is late is worth more than what is wrong.
  recommend: { ...shortWork, maximumAttempts: 10, timeLimitSeconds: 60 },
  ...{ metadata: oneQuestion, suggest: oneQuestion },
  train: { ...shortWork, maximumAttempts: 5, timeLimitSeconds: 12 * 60 * 60 },
};
