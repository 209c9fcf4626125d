import type pg from 'pg';
import type { UsageLedger } from '../../core/inference/usage-ledger.js';
import { tellingTrouble } from './connection/database-errors.js';

type Row = Readonly<
  Record<'day' | 'task' | 'provider' | 'model', string> &
    Record<'requests' | 'items' | 'input_tokens' | 'output_tokens' | 'cost_micros', string>
>;

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

    async add({ day, task, provider, model, ...of }) {
      await database.query(
        `insert into inference_usage as known (day, provider, model, task, requests, items, input_tokens, output_tokens, cost_micros)
         values ($1::date, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (day, provider, model, task) do update set requests = known.requests + excluded.requests,
           items = known.items + excluded.items, input_tokens = known.input_tokens + excluded.input_tokens,
           output_tokens = known.output_tokens + excluded.output_tokens, cost_micros = known.cost_micros + excluded.cost_micros`,
        [
          ...[day, provider, model, task, of.requests, of.items],
          ...[of.inputTokens, of.outputTokens, of.costMicros],
        ],
      );
    },

    async between(from, to) {
      const { rows } = await database.query<Row>(
        `select to_char(day, 'YYYY-MM-DD') as day, task, provider, model, requests, items,
           input_tokens, output_tokens, cost_micros
         from inference_usage where day between $1::date and $2::date
         order by inference_usage.day desc, provider collate "C", model collate "C", task collate "C"`,
        [from, to],
      );
      return rows.map(({ day, task, provider, model, ...of }) => ({
        ...{ day, task, provider, model, requests: Number(of.requests), items: Number(of.items) },
        ...{ inputTokens: Number(of.input_tokens), outputTokens: Number(of.output_tokens) },
        costMicros: Number(of.cost_micros),
      }));
    },
  };
}
