import type { BacklogPosition } from '../../core/job-admission.js';
import type { JobDepth } from '../../core/job-queue.js';
import type { Execute } from './execute.js';
import { ENQUEUED_AT } from './job-rows.js';

type Depths = Awaited<ReturnType<JobDepth['depth']>>;
type Waits = Awaited<ReturnType<JobDepth['waits']>>;

export interface DepthStatements {
  depth(kinds: readonly string[]): Promise<Depths>;
  waits(kinds: readonly string[]): Promise<Waits>;
  /** The depth, and how far partitions of these topics were admitted, of one snapshot. */
  standing(
    kinds: readonly string[],
    topics: readonly string[],
  ): Promise<{ readonly depths: Depths; readonly admitted: readonly BacklogPosition[] }>;
}

export function createDepthStatements(execute: Execute, job: string): DepthStatements {
  // Two counts, each on its own partial index: finished jobs are kept and must not be read.
  const depths = `select kind,
      (select count(*)::int from ${job} where name = kind and state < 'active' and not blocked) as waiting,
      (select count(*)::int from ${job}
       where name = kind and policy = 'key_strict_fifo' and state = 'active') as active
    from unnest($1::text[]) with ordinality as kinds(kind, place) order by place`;
  return {
    depth: (kinds) => execute(depths, [kinds]),

    waits: (kinds) =>
      execute(
        `select kind, coalesce((select extract(epoch from now() - min(greatest(${ENQUEUED_AT}, start_after)))::float8
           from ${job} where name = kind and state < 'active' and not blocked and start_after <= now()), 0) as seconds
         from unnest($1::text[]) with ordinality as kinds(kind, place) order by place`,
        [kinds],
      ),

    async standing(kinds, topics) {
      const [standing] = await execute<{ depths: Depths; admitted: readonly BacklogPosition[] }>(
        `select (select json_agg(depth) from (${depths}) as depth) as depths,
           (select coalesce(json_agg(position), '[]') from (
              select topic, partition, next_offset as "nextOffset" from job_backlogs where topic = any($2::text[])
            ) as position) as admitted`,
        [kinds, topics],
      );
      return { depths: standing?.depths ?? [], admitted: standing?.admitted ?? [] };
    },
  };
}
