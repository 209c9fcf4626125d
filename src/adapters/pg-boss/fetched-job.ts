import type { JobWithMetadata } from 'pg-boss';
import type { AttemptId } from '../../consuming/leases.js';
import { NO_REQUEST, originOf } from '../../core/request-origin.js';
import type { JobLoss, RunningJob } from '../../core/running-job.js';
import { groupIn } from './job-groups.js';
import type { StoredJobData } from './job-rows.js';

/**
 * The transaction of a fetch. Its number alone does not name it: a server that crashes before it has written anything of it
 * gives that number out again.
 */
export interface FetchTransaction {
  readonly id: string;
  /** To the microsecond, as the server writes it: what the rows that it took are said to be begun at. */
  readonly begunAt: string;
}

/** A job as pg-boss's fetch gives it, and the transaction that took it. */
export type FetchedJob = JobWithMetadata<StoredJobData> & { readonly transaction: FetchTransaction };

export const toRunningJob = (job: FetchedJob): RunningJob => ({
  id: job.id,
  kind: job.name,
  key: job.singletonKey ?? '',
  payload: job.data.payload,
  ...(groupIn(job.groupId).long && { long: true }),
  correlationId: job.data.correlationId,
  causationId: job.data.causationId,
  ...originOf({ ...NO_REQUEST, ...job.data }),
  attempt: job.retryCount + 1,
  maximumAttempts: job.data.maximumAttempts,
  waitedSeconds: waitedSeconds(job),
  ...(job.data.lostAttempt !== undefined && { loss: lossIn(job.data, job.data.lostAttempt) }),
});

/** By the database's clock, and where it waited in a log before, since then by that of the log. */
const waitedSeconds = ({ createdOn, startAfter, startedOn, data }: FetchedJob): number => {
  const enqueuedAt = data.enqueuedAt ? Date.parse(data.enqueuedAt) : createdOn.getTime();
  return Math.max(0, startedOn.getTime() - Math.max(enqueuedAt, startAfter.getTime())) / 1000;
};

export const attemptIdOf = ({ name, id, retryCount }: FetchedJob): AttemptId => ({
  ...{ kind: name, id, attempt: retryCount + 1 },
});

const lossIn = (data: StoredJobData, attempt: number): JobLoss => ({
  attempt,
  alone: data.losses ?? 0,
  withMachine: data.machineLosses ?? 0,
  isWithMachine: data.lostWithMachine ?? false,
});
