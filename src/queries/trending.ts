import { z } from 'zod';
import type { HotAnswers } from '../core/hot-answers.js';
import {
  MAXIMUM_TRENDING,
  type TrendingItem,
  type TrendingReader,
  trendingViews,
} from '../core/readers/trending.js';
import { shareAnswer } from '../core/share-answer.js';
import { endpoint } from '../http/endpoint.js';
import { jsonText } from './hot-answer.js';

const MAXIMUM_AGE_MILLISECONDS = 1000;

export const trendingQueries = (trending: TrendingReader, hot: HotAnswers) => {
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
      async handle({ query: { limit }, headers }) {
        const { body, kept } = await hot.answer(
          { key: 'trending', views: trendingViews.highest, after: headers['mediaflow-after'] },
          async (how) => {
            const items = await highest(how);
            return {
              ...jsonText(items.map(({ mediaId, title, score }) => ({ mediaId, title, score }))),
              subjects: { 'media-library': items.map(({ mediaId }) => mediaId) },
              lifetimeMilliseconds: MAXIMUM_AGE_MILLISECONDS,
            };
          },
        );
        const items = (JSON.parse(body) as TrendingItem[]).slice(0, limit);
        return { ...jsonText({ items }), ...(kept && { kept }) };
      },
    }),
  ];
};
