import { findEmbeddedPostgres } from '../../../src/adapters/embedded-postgres/start-embedded-postgres.js';
import { queryOn } from '../support/external-database.js';
import type { Victim } from './scenario.js';

/** One kill: whether there was a victim, and what went on. */
export interface Strike {
  readonly victim: Victim;
  readonly hit: boolean;
  readonly during: readonly string[];
}

/** Jobs that are worked on and views that are rebuilt at this moment, as far as the database can be asked. */
export async function workUnderWay(dataFolder: string): Promise<string[]> {
  const address = await findEmbeddedPostgres(dataFolder).catch(() => undefined);
  if (address === undefined) return ['database down'];
  const rows = await queryOn(address)<{ what: string }>(
    `select distinct 'job ' || name as what from pgboss.job where state = 'active' and name not like '\\_\\_pgboss%'
     union all select 'rebuild of a view' from projection_rebuilds limit 20`,
  ).catch(() => [{ what: 'database not ready' }]);
  return [...new Set(rows.map(({ what }) => what))];
}

export const describeStrike = ({ victim, hit, during }: Strike): string =>
  `${victim} ${hit ? 'killed' : 'not there'} during ${during.join(', ') || 'nothing'}`;

/** How often each victim was struck during what, the most frequent first. */
export function summaryOf(strikes: readonly Strike[]): string {
  const victims = [...new Set(strikes.map(({ victim }) => victim))].toSorted();
  return victims
    .map((victim) => {
      const hits = strikes.filter((strike) => strike.victim === victim && strike.hit);
      const counts = new Map<string, number>();
      for (const what of hits.flatMap(({ during }) => during)) counts.set(what, (counts.get(what) ?? 0) + 1);
      const most = [...counts].toSorted((a, b) => b[1] - a[1]).map(([what, count]) => `${what} ${count}`);
      const missed = strikes.filter((strike) => strike.victim === victim && !strike.hit).length;
      return `${victim}: killed ${hits.length} times (not there ${missed}), during ${most.join(', ')}`;
    })
    .join('\n');
}
