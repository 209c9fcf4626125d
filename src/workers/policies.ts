import type { JobPolicy } from '../core/job.js';
import type { JobKind } from '../domain/jobs.js';

const shortWork: JobPolicy = {
  maximumAttempts: 4,
  leaseSeconds: 20,
  timeLimitSeconds: 30 * 60,
  backoff: { firstSeconds: 2, maximumSeconds: 120 },
};

/** Grows with the length of the video. */
const longWork: JobPolicy = { ...shortWork, timeLimitSeconds: 24 * 60 * 60 };

/** How often and how long each kind of job may try. Known apart from the workers: who enqueues does not have them. */
export const jobPolicies: Readonly<Record<JobKind, JobPolicy>> = {
  probe: shortWork,
  preview: longWork,
  transcode: longWork,
  thumbnails: shortWork,
  moderate: shortWork,
  tag: shortWork,
  purge: { ...shortWork, maximumAttempts: 20 },
  recommend: { ...shortWork, timeLimitSeconds: 60 },
};
