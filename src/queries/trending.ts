import { z } from 'zod';
import { MAXIMUM_TRENDING, type TrendingReader, trendingViews } from '../core/readers/trending.js';
import { shareAnswer } from '../core/share-answer.js';
import { endpoint } from '../http/endpoint.js';

const MAXIMUM_AGE_MILLISECONDS = 1000;

export const trendingQueries = (trending: TrendingReader) => {
  // Everybody may ask for it as often as they like: the database hears of one question at a time, and of few.
  const highest = shareAnswer(() => trending.highest(MAXIMUM_TRENDING), {
    maximumAgeMilliseconds: MAXIMUM_AGE_MILLISECONDS,
    now: () => performance.now(),
  });
  return [
    endpoint({
      method: 'GET',
      path: '/v1/trending',
      summary:
        'What is watched and liked now; interest fades by half every day. Up to a second old unless `Mediaflow-After` is sent',
      tag: 'recommendations',
      access: 'public',
      views: trendingViews.highest,
      query: z.strictObject({ limit: z.coerce.number().int().min(1).max(MAXIMUM_TRENDING).default(20) }),
      success: {
        status: 200,
        description: 'Published items, highest score first',
        schema: z.object({
          items: z.array(z.object({ mediaId: z.string(), title: z.string(), score: z.number() })),
        }),
      },
      async handle({ query, headers }) {
        const items = await highest({ fresh: headers['mediaflow-after'] !== undefined });
        return {
          body: {
            items: items
              .slice(0, query.limit)
              .map(({ mediaId, title, score }) => ({ mediaId, title, score })),
          },
        };
      },
    }),
  ];
};
