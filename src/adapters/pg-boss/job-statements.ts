import { type AttemptStatements, createAttemptStatements } from './attempt-statements.js';
import { type CancelJobs, createCancelJobs } from './cancel-jobs.js';
import type { Execute } from './execute.js';
import { createInsertJobs, type InsertJobs } from './insert-jobs.js';
import { createTakeBack, type TakeBack } from './take-back.js';

export interface JobStatements extends AttemptStatements, TakeBack {
  readonly insert: InsertJobs;
  readonly cancel: CancelJobs;
  /** Of these kinds, those that may have a job to run. */
  kindsWithWork(kinds: readonly string[]): Promise<readonly string[]>;
  depth(kinds: readonly string[]): Promise<{ kind: string; waiting: number; active: number }[]>;
  waits(kinds: readonly string[]): Promise<{ kind: string; seconds: number }[]>;
}

/** The statements on pg-boss's job table that its own functions cannot do fenced, in order, or in one piece. */
export function createJobStatements(
  execute: Execute,
  options: {
    readonly schema: string;
    readonly retentionSeconds: number;
    /** The channel that hears the kinds of new jobs, and `cancelled <id>`; null when nobody else listens. */
    readonly notify: string | null;
  },
): JobStatements {
  const job = `${options.schema}.job`;
  return {
    insert: createInsertJobs(execute, { ...options, job }),
    cancel: createCancelJobs(execute, { ...options, job }),
    ...createAttemptStatements(execute, job),
    ...createTakeBack(execute, job),

    async kindsWithWork(kinds) {
      const rows = await execute<{ kind: string }>(
        `select kind from unnest($1::text[]) as kind where exists (
           select from ${job} where name = kind and state < 'active' and not blocked and start_after <= now())`,
        [kinds],
      );
      return rows.map(({ kind }) => kind);
    },

    depth: (kinds) =>
      // Two counts, each on its own partial index: finished jobs are kept and must not be read.
      execute(
        `select kind,
           (select count(*)::int from ${job} where name = kind and state < 'active' and not blocked) as waiting,
           (select count(*)::int from ${job}
            where name = kind and policy = 'key_strict_fifo' and state = 'active') as active
         from unnest($1::text[]) with ordinality as kinds(kind, place) order by place`,
        [kinds],
      ),

    waits: (kinds) =>
      execute(
        `select kind, coalesce((select extract(epoch from now() - min(greatest(created_on, start_after)))::float8
           from ${job} where name = kind and state < 'active' and not blocked and start_after <= now()), 0) as seconds
         from unnest($1::text[]) with ordinality as kinds(kind, place) order by place`,
        [kinds],
      ),
  };
}
