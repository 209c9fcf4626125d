import type pg from 'pg';
import type { DailyUsage, UsageLedger } from '../../core/inference/usage-ledger.js';
import { tellingTrouble } from './connection/database-errors.js';

type Row = Omit<DailyUsage, 'requests' | 'items' | 'costMicros'> &
  Readonly<Record<'requests' | 'items' | 'cost_micros', string>>;

/** The usage of providers in PostgreSQL, one statement each. The pool stays the caller's. */
export function createPostgresUsageLedger(pool: pg.Pool): UsageLedger {
  const database = tellingTrouble('database_unavailable', pool);

  return {
    async take({ provider, day, items, limit }) {
      const { rows } = await database.query<{ items: string }>(
        `insert into inference_allowance as known (day, provider, items)
         select $1::date, $2, $3::bigint where $3::bigint <= $4::bigint
         on conflict (day, provider) do update set items = known.items + excluded.items
         where known.items + excluded.items <= $4::bigint
         returning items`,
        [day, provider, items, limit],
      );
      return rows[0] && Number(rows[0].items);
    },

    async giveBack({ provider, day, items }) {
      await database.query(
        'update inference_allowance set items = greatest(0, items - $3::bigint) where day = $1::date and provider = $2',
        [day, provider, items],
      );
    },

    async add({ day, task, provider, model, requests, items, costMicros }) {
      await database.query(
        `insert into inference_usage as known (day, provider, model, task, requests, items, cost_micros)
         values ($1::date, $2, $3, $4, $5, $6, $7)
         on conflict (day, provider, model, task) do update set requests = known.requests + excluded.requests,
           items = known.items + excluded.items, cost_micros = known.cost_micros + excluded.cost_micros`,
        [day, provider, model, task, requests, items, costMicros],
      );
    },

    async between(from, to) {
      const { rows } = await database.query<Row>(
        `select to_char(day, 'YYYY-MM-DD') as day, task, provider, model, requests, items, cost_micros
         from inference_usage where day between $1::date and $2::date
         order by inference_usage.day desc, provider collate "C", model collate "C", task collate "C"`,
        [from, to],
      );
      return rows.map(({ requests, items, cost_micros, ...named }) => ({
        ...named,
        ...{ requests: Number(requests), items: Number(items), costMicros: Number(cost_micros) },
      }));
    },
  };
}
