import type { JobPolicy } from '../../core/job.js';
import { type AdmissionStatements, createAdmissionStatements } from './admission.js';
import { type AttemptStatements, createAttemptStatements } from './attempt-statements.js';
import { type CancelJobs, createCancelJobs } from './cancel-jobs.js';
import { createDepthStatements, type DepthStatements } from './depth.js';
import type { Execute } from './execute.js';
import { createInsertJobs, type InsertJobs } from './insert-jobs.js';
import { createTakeBack, type TakeBack } from './take-back.js';

export interface JobStatements extends AttemptStatements, TakeBack, DepthStatements, AdmissionStatements {
  readonly insert: InsertJobs;
  readonly cancel: CancelJobs;
  /** Of these kinds, those that may have a job to run. */
  kindsWithWork(kinds: readonly string[]): Promise<readonly string[]>;
}

/** The statements on pg-boss's job table that its own functions cannot do fenced, in order, or in one piece. */
export function createJobStatements(
  execute: Execute,
  options: {
    readonly schema: string;
    readonly retentionSeconds: number;
    /** The channel that hears the kinds of new jobs, and `cancelled <id>`; null when nobody else listens. */
    readonly notify: string | null;
    readonly policyOf: (kind: string) => JobPolicy;
  },
): JobStatements {
  const job = `${options.schema}.job`;
  return {
    insert: createInsertJobs(execute, { ...options, job }),
    cancel: createCancelJobs(execute, { ...options, job }),
    ...createAttemptStatements(execute, job),
    ...createTakeBack(execute, job),
    ...createDepthStatements(execute, job),
    ...createAdmissionStatements(execute, { ...options, job }),

    async kindsWithWork(kinds) {
      const rows = await execute<{ kind: string }>(
        `select kind from unnest($1::text[]) as kind where exists (
           select from ${job} where name = kind and state < 'active' and not blocked and start_after <= now())`,
        [kinds],
      );
      return rows.map(({ kind }) => kind);
    },
  };
}
