import { z } from 'zod';
import { endpoint } from '../core/endpoint.js';
import type { ReadDatabase } from '../core/read-database.js';

/** Interest halves every day. */
const HALF_LIFE_HOURS = 24;
const WINDOW_DAYS = 14;

/** SQL that gives (media_id, title, score) of what is published and watched now, highest first. */
export const TRENDING_SQL = `
  select m.media_id, m.title,
    sum(t.weight * power(0.5, greatest(0, extract(epoch from now() - t.hour)) / 3600 / ${HALF_LIFE_HOURS}))::float8 as score
  from trending t join media_library m using (media_id)
  where m.status = 'published' and t.hour > now() - interval '${WINDOW_DAYS} days'
  group by m.media_id, m.title
  having sum(t.weight) > 0
  order by score desc, m.media_id`;

export interface TrendingRow {
  readonly media_id: string;
  readonly title: string;
  readonly score: number;
}

export const trendingQueries = (database: ReadDatabase) => [
  endpoint({
    method: 'GET',
    path: '/v1/trending',
    summary: 'What is watched and liked now; interest fades by half every day',
    tag: 'recommendations',
    access: 'public',
    views: ['trending', 'media-library'],
    query: z.strictObject({ limit: z.coerce.number().int().min(1).max(100).default(20) }),
    success: {
      status: 200,
      description: 'Published items, highest score first',
      schema: z.object({
        items: z.array(z.object({ mediaId: z.string(), title: z.string(), score: z.number() })),
      }),
    },
    async handle({ query }) {
      const rows = await database.query<TrendingRow>(`${TRENDING_SQL} limit $1`, [query.limit]);
      return {
        body: { items: rows.map((row) => ({ mediaId: row.media_id, title: row.title, score: row.score })) },
      };
    },
  }),
];
