import { z } from 'zod';
import { HALF_LIFE_HOURS, INTEREST_UNIT, PERIOD_HOURS } from '../core/fading-interest.js';
import type { ReadDatabase } from '../core/read-database.js';
import { shareAnswer } from '../core/share-answer.js';
import { endpoint } from '../http/endpoint.js';

const MAXIMUM_ITEMS = 100;
/** Of each period so many are added up. Who is behind all these in both has less than any of them in either. */
const CANDIDATES_A_PERIOD = 2 * MAXIMUM_ITEMS;
/** What one play is worth after a fortnight; less is no interest. */
const LEAST_SCORE = 2 ** -14;
const MAXIMUM_AGE_MILLISECONDS = 1000;

const PERIOD_SECONDS = PERIOD_HOURS * 3600;
const periodStart = (periodsAgo: number): string =>
  `to_timestamp((floor(extract(epoch from now()) / ${PERIOD_SECONDS}) - ${periodsAgo}) * ${PERIOD_SECONDS})`;

const highestOf = (periodsAgo: number, condition: string): string => `(
  select t.media_id, m.title from trending t join media_library m using (media_id)
  where t.period_start = ${periodStart(periodsAgo)} and t.weight > 0 and m.status = 'published' and ${condition}
  order by t.weight desc limit ${CANDIDATES_A_PERIOD})`;

/**
 * SQL that gives (media_id, title, score) of what is published and watched now, highest first. It reads the items that are
 * ahead, not all there are. `condition` is on `t.media_id`.
 */
export const trendingSql = (condition = 'true'): string => `
  select media_id, title,
    sum(t.weight * power(0.5, extract(epoch from now() - t.period_start)::float8 / 3600 / ${HALF_LIFE_HOURS}))
      / ${INTEREST_UNIT} as score
  from (${highestOf(0, condition)} union ${highestOf(1, condition)}) as candidates
    join trending t using (media_id)
  where t.period_start in (${periodStart(0)}, ${periodStart(1)})
  group by media_id, title
  having sum(t.weight * power(0.5, extract(epoch from now() - t.period_start)::float8 / 3600 / ${HALF_LIFE_HOURS}))
    > ${LEAST_SCORE * INTEREST_UNIT}
  order by score desc, media_id`;

export interface TrendingRow {
  readonly media_id: string;
  readonly title: string;
  readonly score: number;
}

export const trendingQueries = (database: ReadDatabase) => {
  // Everybody may ask for it as often as they like: the database hears of one question at a time, and of few.
  const highest = shareAnswer(
    () => database.query<TrendingRow>(`${trendingSql()} limit $1`, [MAXIMUM_ITEMS]),
    { maximumAgeMilliseconds: MAXIMUM_AGE_MILLISECONDS, now: () => performance.now() },
  );
  return [
    endpoint({
      method: 'GET',
      path: '/v1/trending',
      summary:
        'What is watched and liked now; interest fades by half every day. Up to a second old unless `Mediaflow-After` is sent',
      tag: 'recommendations',
      access: 'public',
      views: ['trending', 'media-library'],
      query: z.strictObject({ limit: z.coerce.number().int().min(1).max(MAXIMUM_ITEMS).default(20) }),
      success: {
        status: 200,
        description: 'Published items, highest score first',
        schema: z.object({
          items: z.array(z.object({ mediaId: z.string(), title: z.string(), score: z.number() })),
        }),
      },
      async handle({ query, headers }) {
        const rows = await highest({ fresh: headers['mediaflow-after'] !== undefined });
        return {
          body: {
            items: rows
              .slice(0, query.limit)
              .map((row) => ({ mediaId: row.media_id, title: row.title, score: row.score })),
          },
        };
      },
    }),
  ];
};
