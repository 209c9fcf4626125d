import type { Execute } from './execute.js';
import { AS_NO_SUSPECT } from './job-groups.js';
import { ALLOWED_ATTEMPTS, LEASE_SECONDS, LOSSES, MACHINE_LOSSES } from './job-rows.js';

/** Puts jobs of lost workers back in their queues; both say how many. */
export interface TakeBack {
  /** Those whose lease ran out. */
  takeBackExpired(kinds: readonly string[]): Promise<number>;
  /**
   * Every active one, whatever its lease says, for the only process there is. A job whose last heartbeat is older than
   * this machine's start was lost with all of the machine.
   */
  takeBackAll(kinds: readonly string[], machine: { readonly machineUptimeSeconds: number }): Promise<number>;
}

export function createTakeBack(execute: Execute, job: string): TakeBack {
  const takeBack = async (
    kinds: readonly string[],
    { condition = '', withMachine = 'false' }: { readonly condition?: string; readonly withMachine?: string },
    values: readonly unknown[] = [],
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
      [kinds, ...values],
    );
    return rows.length;
  };
  return {
    takeBackExpired: (kinds) =>
      takeBack(kinds, { condition: `and heartbeat_on + ${LEASE_SECONDS} * interval '1 second' < now()` }),
    takeBackAll: (kinds, { machineUptimeSeconds }) =>
      takeBack(kinds, { withMachine: `(heartbeat_on < now() - $2::float8 * interval '1 second')` }, [
        machineUptimeSeconds,
      ]),
  };
}
