import type { Execute } from './execute.js';
import { AS_NO_SUSPECT } from './job-groups.js';
import { ALLOWED_ATTEMPTS, LEASE_SECONDS, LOSSES } from './job-rows.js';

/** Puts jobs of lost workers back in their queues; both say how many. */
export interface TakeBack {
  /** Those whose lease ran out. */
  takeBackExpired(kinds: readonly string[]): Promise<number>;
  /** Every active one, whatever its lease says. */
  takeBackAll(kinds: readonly string[]): Promise<number>;
}

export function createTakeBack(execute: Execute, job: string): TakeBack {
  const takeBack = async (kinds: readonly string[], condition: string) => {
    const rows = await execute(
      `update ${job} set state = 'retry', start_after = now(), heartbeat_on = null, group_id = ${AS_NO_SUSPECT},
         output = '{"error": "the worker was lost"}',
         data = data || jsonb_build_object('losses', ${LOSSES} + 1, 'lostAttempt', retry_count + 1,
           'maximumAttempts', ${ALLOWED_ATTEMPTS} + 1)
       where name = any($1::text[]) and policy = 'key_strict_fifo' and state = 'active' ${condition}
       returning id`,
      [kinds],
    );
    return rows.length;
  };
  return {
    takeBackExpired: (kinds) =>
      takeBack(kinds, `and heartbeat_on + ${LEASE_SECONDS} * interval '1 second' < now()`),
    takeBackAll: (kinds) => takeBack(kinds, ''),
  };
}
