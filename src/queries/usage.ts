import { z } from 'zod';
import { invalid } from '../core/errors.js';
import type { UsageLedger } from '../core/inference/usage-ledger.js';
import { endpoint } from '../http/endpoint.js';

const DEFAULT_DAYS = 30;
const MAXIMUM_DAYS = 400;
const DAY_MILLISECONDS = 86_400_000;
const MICROS = 1_000_000;

const day = z.iso.date().refine((text) => !text.startsWith('0000-'), 'has to be in the years 1 to 9999');

/** What providers of models were used for, and what it cost. */
export const usageQueries = (dependencies: {
  readonly usage: Pick<UsageLedger, 'between'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}) => [
  endpoint({
    method: 'GET',
    path: '/v1/usage',
    summary:
      'What providers of models were asked for, by day, task and model, and what it cost by the prices set',
    tag: 'operations',
    access: 'operator',
    query: z.strictObject({
      from: day.optional().describe('First day (UTC); 29 days before `to` unless told otherwise'),
      to: day.optional().describe('Last day; today unless told otherwise'),
    }),
    success: {
      status: 200,
      description: 'The usage. What models at hand do costs nothing and is not in it',
      schema: z.object({
        from: day,
        to: day,
        items: z.array(
          z.object({
            ...{ day, task: z.string(), provider: z.string(), model: z.string() },
            requests: z.int(),
            items: z.int().describe('Pictures, or what else the task counts'),
            inputTokens: z.int().describe('As the provider counts them; 0 where it does not'),
            outputTokens: z.int(),
            cost: z.number().describe('In whatever `INFERENCE_PRICES` are in'),
          }),
        ),
        total: z.object({
          ...{ requests: z.int(), items: z.int(), inputTokens: z.int(), outputTokens: z.int() },
          cost: z.number(),
        }),
      }),
    },
    async handle({ query }) {
      const to = query.to ?? dayOf(dependencies.now());
      const from = query.from ?? dayOf(Date.parse(to) - (DEFAULT_DAYS - 1) * DAY_MILLISECONDS);
      const days = (Date.parse(to) - Date.parse(from)) / DAY_MILLISECONDS + 1;
      if (days < 1 || days > MAXIMUM_DAYS)
        throw invalid('invalid_request', `From ${from} to ${to} are not 1 to ${MAXIMUM_DAYS} days.`);
      const rows = await dependencies.usage.between(from, to);
      const sum = (of: 'requests' | 'items' | 'inputTokens' | 'outputTokens' | 'costMicros') =>
        rows.reduce((total, row) => total + row[of], 0);
      return {
        body: {
          ...{ from, to },
          items: rows.map(({ costMicros, ...row }) => ({ ...row, cost: costMicros / MICROS })),
          total: {
            ...{ requests: sum('requests'), items: sum('items') },
            ...{ inputTokens: sum('inputTokens'), outputTokens: sum('outputTokens') },
            cost: sum('costMicros') / MICROS,
          },
        },
      };
    },
  }),
];

const dayOf = (milliseconds: number): string => new Date(milliseconds).toISOString().slice(0, 10);
