import type { Execute } from './execute.js';
import { AS_NO_SUSPECT } from './job-groups.js';
import { ALLOWED_ATTEMPTS, LEASE_SECONDS, LOSSES, MACHINE_LOSSES } from './job-rows.js';

/** A job in a worker's hands. */
export interface ActiveJob {
  readonly id: string;
  /** Is another after each sign of life. */
  readonly heartbeat: string;
  readonly leaseSeconds: number;
}

/** Puts jobs of lost workers back in their queues; who does says how many. */
export interface TakeBack {
  active(kinds: readonly string[]): Promise<ActiveJob[]>;
  /** Those of these whose workers have given no sign of life since. */
  takeBack(kinds: readonly string[], silent: readonly ActiveJob[]): Promise<number>;
  /**
   * Every active one, whatever its lease says, for the only process there is. A job whose last heartbeat is older than
   * this machine's start was lost with all of the machine.
   */
  takeBackAll(kinds: readonly string[], machine: { readonly machineUptimeSeconds: number }): Promise<number>;
  /** Has those wait no longer that would wait for more than this: a clock has been set back since. */
  recall(kinds: readonly string[], mostSeconds: number): Promise<void>;
}

const HEARTBEAT = `extract(epoch from heartbeat_on)::text`;

export function createTakeBack(execute: Execute, job: string): TakeBack {
  const putBack = async (
    kinds: readonly string[],
    { condition = '', withMachine = 'false' }: { readonly condition?: string; readonly withMachine?: string },
    value: unknown,
  ) => {
    const rows = await execute(
      `update ${job} set state = 'retry', start_after = now(), heartbeat_on = null, group_id = ${AS_NO_SUSPECT},
         output = '{"error": "the worker was lost"}',
         data = data || jsonb_build_object(
           'losses', ${LOSSES} + case when ${withMachine} then 0 else 1 end,
           'machineLosses', ${MACHINE_LOSSES} + case when ${withMachine} then 1 else 0 end,
           'lostAttempt', retry_count + 1, 'lostWithMachine', ${withMachine},
           'maximumAttempts', ${ALLOWED_ATTEMPTS} + 1)
       where name = any($1::text[]) and policy = 'key_strict_fifo' and state = 'active' ${condition}
       returning id`,
      [kinds, value],
    );
    return rows.length;
  };
  return {
    active: (kinds) =>
      execute(
        `select id, ${HEARTBEAT} as heartbeat, ${LEASE_SECONDS} as "leaseSeconds" from ${job}
         where name = any($1::text[]) and policy = 'key_strict_fifo' and state = 'active' and heartbeat_on is not null`,
        [kinds],
      ),
    takeBack: (kinds, silent) =>
      putBack(
        kinds,
        {
          condition: `and (id, ${HEARTBEAT}) in (
            select * from jsonb_to_recordset($2::jsonb) as silent(id uuid, heartbeat text))`,
        },
        JSON.stringify(silent),
      ),
    takeBackAll: (kinds, { machineUptimeSeconds }) =>
      putBack(
        kinds,
        { withMachine: `(heartbeat_on < now() - $2::float8 * interval '1 second')` },
        machineUptimeSeconds,
      ),
    async recall(kinds, mostSeconds) {
      await execute(
        `update ${job} set start_after = now()
         where name = any($1::text[]) and state < 'active' and start_after > now() + $2 * interval '1 second'`,
        [kinds, mostSeconds],
      );
    },
  };
}
