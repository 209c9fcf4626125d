import type { AttemptId, RenewLeases } from '../../consuming/leases.js';
import { storableText } from '../../core/storable-text.js';
import type { Execute } from './execute.js';
import type { FetchTransaction } from './fetched-job.js';
import { AS_LONG, AS_SUSPECT } from './job-groups.js';
import { DATA_OF_LIVING, IS_HELD } from './job-rows.js';

/** What a worker says of an attempt in its hands. Each is false when the attempt is no longer its own. */
export interface AttemptStatements {
  complete(attempt: AttemptId): Promise<boolean>;
  retry(attempt: AttemptId, inSeconds: number, error: string): Promise<boolean>;
  /** Back to the queue at once, with one more attempt allowed; the next one hears again of a loss before this one. */
  release(attempt: AttemptId): Promise<boolean>;
  /** Back to the queue for so long, as a suspect, with one more attempt allowed. */
  setAside(
    attempt: AttemptId,
    aside: { readonly seconds: number; readonly error: string; readonly keepsLoss: boolean },
  ): Promise<boolean>;
  /**
   * Back to the queue as if this transaction had not fetched it: while the row is as that left it, and no longer. Who
   * fetches it next has the very same attempt, and must not lose it to a repeat of this.
   */
  giveBack(attempt: AttemptId, transaction: FetchTransaction): Promise<boolean>;
  /** From its next attempt on it is a long job. */
  markLong(attempt: AttemptId): Promise<boolean>;
  readonly renew: RenewLeases;
}

const LOSS_TOLD = `data - 'lostAttempt' - 'lostWithMachine'`;
const oneMoreAllowed = (data: string) =>
  `${data} || jsonb_build_object('maximumAttempts', (data->>'maximumAttempts')::int + 1)`;

export function createAttemptStatements(execute: Execute, job: string): AttemptStatements {
  /** Does nothing when the attempt is not held any more. */
  const update = async (
    { kind, id, attempt }: AttemptId,
    set: string,
    values: readonly unknown[] = [],
    condition = '',
  ) => {
    const changed = await execute(
      `update ${job} set ${set}
       where name = $1 and id = $2 and ${IS_HELD} and retry_count = $3 ${condition} returning id`,
      [kind, id, attempt - 1, ...values],
    );
    return changed.length > 0;
  };

  /** `data`: SQL on the job's data, free of what was counted when it was put back before. */
  const putBack = (
    attempt: AttemptId,
    data: string,
    { set = '', seconds = 0, error }: { set?: string; seconds?: number; error?: string } = {},
  ) =>
    update(
      attempt,
      `state = 'retry', heartbeat_on = null, start_after = now() + $4::float8 * interval '1 second',
       output = case when $5::text is null then output else jsonb_build_object('error', $5) end,
       data = (select ${data} from (select ${DATA_OF_LIVING}) as living(data)) ${set}`,
      [seconds, error === undefined ? null : storableText(error)],
    );

  return {
    complete: (attempt) => update(attempt, `state = 'completed', completed_on = now(), heartbeat_on = null`),
    retry: (attempt, seconds, error) => putBack(attempt, LOSS_TOLD, { seconds, error }),
    release: (attempt) => putBack(attempt, oneMoreAllowed('data')),
    setAside: (attempt, { seconds, error, keepsLoss }) =>
      putBack(attempt, oneMoreAllowed(keepsLoss ? 'data' : LOSS_TOLD), {
        ...{ seconds, error, set: `, group_id = ${AS_SUSPECT}` },
      }),
    giveBack: (attempt, transaction) =>
      update(
        attempt,
        `state = 'retry', heartbeat_on = null, start_after = now(), retry_count = retry_count - 1`,
        [transaction.id, transaction.begunAt],
        'and xmin = $4::xid8::xid and started_on = $5::timestamptz',
      ),
    markLong: (attempt) => update(attempt, `group_id = ${AS_LONG}`),

    async renew(attempts) {
      const rows = await execute<{ id: string; attempt: number; standing: 'held' | 'cancelled' }>(
        `with asked as (
           select * from jsonb_to_recordset($1::jsonb) as attempt(kind text, id uuid, attempt integer)
         ), renewed as (
           update ${job} j set state = 'active', heartbeat_on = now(), data = ${DATA_OF_LIVING}
           from asked
           where j.name = kind and j.id = asked.id and ${IS_HELD} and j.retry_count = attempt - 1
           returning j.id, attempt
         )
         select id, attempt, 'held' as standing from renewed
         union all
         select j.id, attempt, 'cancelled' from ${job} j join asked
           on j.name = kind and j.id = asked.id and j.state = 'cancelled' and j.retry_count = attempt - 1`,
        [JSON.stringify(attempts)],
      );
      return new Map(rows.map(({ id, attempt, standing }) => [`${id}:${attempt}`, standing]));
    },
  };
}
