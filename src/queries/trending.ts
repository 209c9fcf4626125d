import { z } from 'zod';
import type { HotAnswers } from '../core/hot-answers.js';
import { firstOfAny, kindsForNewcomers, type ListType, listTypes } from '../core/list-type.js';
import { mediaKinds } from '../core/media-kind.js';
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
  const highestOf = (type: ListType) =>
    shareAnswer(() => trending.highest(type, MAXIMUM_TRENDING), {
      maximumAgeMilliseconds: MAXIMUM_AGE_MILLISECONDS,
      now: () => performance.now(),
    });
  const highest: Readonly<Record<ListType, ReturnType<typeof highestOf>>> = {
    ...{ image: highestOf('image'), audio: highestOf('audio'), video: highestOf('video') },
    any: highestOf('any'),
  };
  return [
    endpoint({
      method: 'GET',
      path: '/v1/trending',
      summary:
        'What is watched and liked now; interest fades by half every day. Up to a second old unless `Mediaflow-After` is sent',
      tag: 'recommendations',
      access: 'public',
      views: trendingViews.highest,
      query: z.strictObject({
        type: z
          .enum(listTypes)
          .optional()
          .describe(
            'Only this kind of media, or `any`; left out, videos, of which there are none songs, and without these pictures',
          ),
        limit: z.coerce.number().int().min(1).max(MAXIMUM_TRENDING).default(20),
      }),
      success: {
        status: 200,
        description: 'Published items, highest score first',
        schema: z.object({
          items: z.array(
            z.object({
              mediaId: z.string(),
              title: z.string(),
              type: z.enum(mediaKinds).nullable(),
              score: z.number(),
            }),
          ),
        }),
      },
      async handle({ query: { type, limit }, headers }) {
        const { body, kept } = await hot.answer(
          {
            key: `trending ${type ?? 'first'}`,
            views: trendingViews.highest,
            after: headers['mediaflow-after'],
          },
          async (how) => {
            const types = type === undefined ? kindsForNewcomers : [type];
            const { items } = await firstOfAny<ListType, TrendingItem>(types, (each) => highest[each](how));
            return {
              ...jsonText(items.map(({ mediaId, title, type, score }) => ({ mediaId, title, type, score }))),
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
