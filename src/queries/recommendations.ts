import { z } from 'zod';
import { notFound } from '../core/errors.js';
import type { ReadDatabase } from '../core/read-database.js';
import { endpoint } from '../http/endpoint.js';
import { type TrendingRow, trendingSql } from './trending.js';

interface ListRow {
  readonly request_id: string;
  readonly ranking: object;
  readonly generated_at: Date;
}

interface RequestRow {
  readonly user_id: string;
  readonly status: z.infer<typeof statusSchema>;
  readonly ranking: object | null;
  readonly failure: z.infer<typeof failureSchema> | null;
  readonly requested_at: Date;
  readonly ended_at: Date | null;
  readonly retry_at: Date | null;
  readonly position: string | null;
}

interface ItemRow {
  readonly media_id: string;
  readonly title: string;
  readonly score: number;
  readonly reason: string;
}

const COLD_START_LIMIT = 20;

const itemsSchema = z.array(
  z.object({ mediaId: z.string(), title: z.string(), score: z.number(), reason: z.string() }),
);
const statusSchema = z.enum(['queued', 'done', 'failed']);
const failureSchema = z.object({ code: z.string(), message: z.string() });

/** That a viewer has not seen an item, both as SQL. */
const unseenBy = (userId: string, mediaId: string): string =>
  `not exists (select from viewer_activity v where v.user_id = ${userId} and v.media_id = ${mediaId})`;

/** Joined when served: what was taken down, or seen since, is gone from every list at once. */
const itemsOf = (list: string): string => `
  select m.media_id, m.title, (i.item ->> 'score')::float8 as score, i.item ->> 'reason' as reason
  from ${list} r
    cross join lateral jsonb_array_elements(r.items) with ordinality as i(item, place)
    join media_library m on m.media_id = i.item ->> 'mediaId' and m.status = 'published'
  where ${unseenBy('r.user_id', 'm.media_id')}`;

const toItem = ({ media_id, title, score, reason }: ItemRow) => ({
  mediaId: media_id,
  title,
  score,
  reason,
});

export const recommendationQueries = (database: ReadDatabase) => [
  endpoint({
    method: 'GET',
    path: '/v1/recommendations/:userId',
    summary: "A viewer's newest list, less whatever may no longer be shown or was seen since",
    tag: 'recommendations',
    // What somebody likes, and because of what: the site that knows its viewers asks for them.
    access: 'operator',
    views: ['recommendations', 'viewer-activity', 'media-library', 'trending'],
    params: z.object({ userId: z.string().trim().min(1).max(200) }),
    success: {
      status: 200,
      description: 'The list; what is popular now and unseen for a viewer who has none yet',
      schema: z.object({
        userId: z.string(),
        items: itemsSchema,
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
        const rows = await database.query<TrendingRow>(
          `${trendingSql(unseenBy('$1', 't.media_id'))} limit $2`,
          [userId, COLD_START_LIMIT],
        );
        const items = rows.map((row) => toItem({ ...row, reason: 'Popular now' }));
        return { body: { userId, items, generatedAt: null, requestId: null, ranking: null } };
      }
      const rows = await database.query<ItemRow>(
        `${itemsOf('recommendations')} and r.user_id = $1 order by i.place`,
        [userId],
      );
      return {
        body: {
          userId,
          items: rows.map(toItem),
          generatedAt: list.generated_at.toISOString(),
          requestId: list.request_id,
          ranking: list.ranking,
        },
      };
    },
  }),

  endpoint({
    method: 'GET',
    path: '/v1/recommendations/requests/:requestId',
    summary: 'What has become of a request: its list, or why there is none',
    tag: 'recommendations',
    access: 'operator',
    views: ['recommendations', 'viewer-activity', 'media-library'],
    params: z.object({ requestId: z.string().min(1).max(200) }),
    success: {
      status: 200,
      description: 'The request',
      schema: z.object({
        requestId: z.string(),
        userId: z.string(),
        status: statusSchema,
        items: itemsSchema.describe('Empty until it is done'),
        ranking: z.looseObject({}).nullable(),
        failure: failureSchema.nullable().describe('Of the last attempt, while it is queued or failed'),
        requestedAt: z.string(),
        retryAt: z.string().nullable(),
        endedAt: z.string().nullable(),
        position: z
          .string()
          .nullable()
          .describe('Of the answer, for `Mediaflow-After` of others; null while it is queued'),
      }),
    },
    async handle({ params: { requestId } }) {
      const [request] = await database.query<RequestRow>(
        `select user_id, status, ranking, failure, requested_at, ended_at, retry_at, position
         from recommendation_requests where request_id = $1`,
        [requestId],
      );
      if (!request) throw notFound('request_not_found', `There is no request ${requestId}.`, { requestId });
      const rows = await database.query<ItemRow>(
        `${itemsOf('recommendation_requests')} and r.request_id = $1 order by i.place`,
        [requestId],
      );
      return {
        body: {
          requestId,
          userId: request.user_id,
          status: request.status,
          items: rows.map(toItem),
          ranking: request.ranking,
          failure: request.failure,
          requestedAt: request.requested_at.toISOString(),
          retryAt: request.retry_at?.toISOString() ?? null,
          endedAt: request.ended_at?.toISOString() ?? null,
          position: request.position,
        },
      };
    },
  }),
];
