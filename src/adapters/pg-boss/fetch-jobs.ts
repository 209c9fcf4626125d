import type { Pool } from 'pg';
import type { PgBoss } from 'pg-boss';
import type { Room } from '../../consuming/slots.js';
import { isOutOfReach } from '../postgres/connection/database-errors.js';
import type { FetchedJob, FetchTransaction } from './fetched-job.js';
import { groupsOf } from './job-groups.js';
import type { StoredJobData } from './job-rows.js';

export interface FetchedJobs {
  readonly taken: readonly FetchedJob[];
  /** The connection broke while these were being taken: whoever asked has them, or nobody, as the transaction ended. */
  readonly doubtful?: readonly FetchedJob[];
}

export type FetchJobs = (kind: string, room: Room) => Promise<FetchedJobs>;

/** The server ends the transaction of a client that has fallen silent within it, and would keep its jobs from all others. */
const BEGIN = `begin; set local idle_in_transaction_session_timeout = '9s'`;
const WHICH = `select pg_current_xact_id()::text as id, now()::text as "begunAt"`;

/**
 * pg-boss's fetch in a transaction that is not committed before its answer is here. A job whose fetch was answered to
 * nobody would seem to be in a worker's hands until its lease ended, and that would count as the worker's loss.
 */
export const createFetchJobs =
  (boss: Pick<PgBoss, 'fetch'>, pool: Pool): FetchJobs =>
  async (kind, { limit, shortOnly, unsuspectedOnly }) => {
    const ignoreGroups = [
      ...(shortOnly ? groupsOf('long') : []),
      ...(unsuspectedOnly ? groupsOf('suspect') : []),
    ];
    const client = await pool.connect();
    let taken: readonly FetchedJob[] = [];
    try {
      await client.query(BEGIN);
      const jobs = await boss.fetch<StoredJobData>(kind, {
        batchSize: limit,
        includeMetadata: true,
        db: { executeSql: (text: string, values?: unknown[]) => client.query(text, values) },
        ...(ignoreGroups.length > 0 && { ignoreGroups }),
      });
      if (jobs.length > 0) {
        const { rows } = await client.query<FetchTransaction>(WHICH);
        const [transaction] = rows;
        if (!transaction) throw new Error('unreachable: a transaction is asked for its own name');
        taken = jobs.map((job) => ({ ...job, transaction }));
      }
      await client.query('commit');
      client.release();
      return { taken };
    } catch (error) {
      // The server takes back what was not committed.
      client.release(true);
      if (taken.length === 0 || !isOutOfReach(error)) throw error;
      return { taken: [], doubtful: taken };
    }
  };
