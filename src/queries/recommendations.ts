import { z } from 'zod';
import { endpoint } from '../core/endpoint.js';
import type { ReadDatabase } from '../core/read-database.js';
import { type TrendingRow, trendingSql } from './trending.js';

interface ListRow {
  readonly request_id: string;
  readonly ranking: object;
  readonly generated_at: Date;
}

interface ItemRow {
  readonly media_id: string;
  readonly title: string;
  readonly score: number;
  readonly reason: string;
}

const COLD_START_LIMIT = 20;
/** On `t.media_id`, `$1` being the viewer. */
const UNSEEN = 'not exists (select from viewer_activity v where v.user_id = $1 and v.media_id = t.media_id)';

export const recommendationQueries = (database: ReadDatabase) => [
  endpoint({
    method: 'GET',
    path: '/v1/recommendations/:userId',
    summary: "A viewer's newest list, less whatever may no longer be shown",
    tag: 'recommendations',
    // What somebody likes, and because of what: the site that knows its viewers asks for them.
    access: 'operator',
    views: ['recommendations', 'viewer-activity', 'media-library', 'trending'],
    params: z.object({ userId: z.string().trim().min(1).max(200) }),
    success: {
      status: 200,
      description: 'The list; what is popular now for a viewer who has none yet',
      schema: z.object({
        userId: z.string(),
        items: z.array(
          z.object({ mediaId: z.string(), title: z.string(), score: z.number(), reason: z.string() }),
        ),
        generatedAt: z.string().nullable().describe('Null when no list was ever made for this viewer'),
        requestId: z.string().nullable(),
        ranking: z.looseObject({}).nullable(),
      }),
    },
    async handle({ params: { userId } }) {
      const [list] = await database.query<ListRow>(
        `select request_id, ranking, generated_at from recommendations where user_id = $1`,
        [userId],
      );
      if (!list) {
        const rows = await database.query<TrendingRow>(`${trendingSql(UNSEEN)} limit $2`, [
          userId,
          COLD_START_LIMIT,
        ]);
        const items = rows.map(({ media_id, title, score }) => ({
          mediaId: media_id,
          title,
          score,
          reason: 'Popular now',
        }));
        return { body: { userId, items, generatedAt: null, requestId: null, ranking: null } };
      }
      // Joined when served: an item taken down is gone from every list at once.
      const rows = await database.query<ItemRow>(
        `select i.item ->> 'mediaId' as media_id, m.title, (i.item ->> 'score')::float8 as score,
           i.item ->> 'reason' as reason
         from recommendations r
           cross join lateral jsonb_array_elements(r.items) with ordinality as i(item, place)
           join media_library m on m.media_id = i.item ->> 'mediaId' and m.status = 'published'
         where r.user_id = $1
           and not exists (select from viewer_activity v where v.user_id = $1 and v.media_id = m.media_id)
         order by i.place`,
        [userId],
      );
      return {
        body: {
          userId,
          items: rows.map(({ media_id, title, score, reason }) => ({
            mediaId: media_id,
            title,
            score,
            reason,
          })),
          generatedAt: list.generated_at.toISOString(),
          requestId: list.request_id,
          ranking: list.ranking,
        },
      };
    },
  }),
];
