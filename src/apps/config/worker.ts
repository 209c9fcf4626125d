import { z } from 'zod';
import { type JobKind, jobKinds } from '../../domain/jobs.js';
import { list, type Read } from './values.js';

/** What a process with the role `worker` does. */
export const workerVariables = {
  MEDIAFLOW_WORKER_KINDS: list
    .pipe(z.array(z.enum(jobKinds as [JobKind, ...JobKind[]], `kinds of jobs are ${jobKinds.join(', ')}`)))
    .describe(
      'Kinds of jobs that a process with the role `worker` takes, separated by commas, such as `transcode,chunk,join,preview`; all of them when it is not set. `serve --kinds` comes before it',
    ),
};

export interface WorkerConfig {
  /** The kinds of jobs that this process takes if it is a worker. */
  readonly workerKinds: readonly JobKind[];
}

export const readWorker = (env: Read<typeof workerVariables>): WorkerConfig => ({
  workerKinds:
    env.MEDIAFLOW_WORKER_KINDS.length === 0
      ? jobKinds
      : jobKinds.filter((kind) => env.MEDIAFLOW_WORKER_KINDS.includes(kind)),
});
