import { z } from 'zod';
import { notFound } from '../core/errors.js';
import type { HotAnswers, WorkedOutAnswer } from '../core/hot-answers.js';
import { firstOfAny, kindsFor, type ListType, listTypes } from '../core/list-type.js';
import { mediaKinds } from '../core/media-kind.js';
import {
  type ListAsked,
  type RecommendationRequest,
  type RecommendationsReader,
  type RecommendedItem,
  recommendationsViews,
} from '../core/readers/recommendations.js';
import { type TrendingItem, type TrendingReader, trendingViews } from '../core/readers/trending.js';
import { type ViewerActivityReader, viewerActivityViews } from '../core/readers/viewer-activity.js';
import { viewsOfAll } from '../core/readers/views-read.js';
import type { Viewers } from '../core/viewers.js';
import { endpoint } from '../http/endpoint.js';
import { jsonText } from './hot-answer.js';

const COLD_START_LIMIT = 20;
/** What is popular changes all the time. */
const POPULAR_MILLISECONDS = 1000;

/** Of a viewer without a list, so many items tell what they care for. */
const ITEMS_OF_INTEREST = 200;

const newestListViews = viewsOfAll(
  recommendationsViews.newestList,
  trendingViews.highestUnseen,
  viewerActivityViews.interestByKind,
);

const itemsSchema = z.array(
  z.object({
    mediaId: z.string(),
    title: z.string(),
    type: z.enum(mediaKinds).nullable(),
    score: z.number(),
    reason: z.string(),
  }),
);
const statusSchema = z.enum(['queued', 'done', 'failed'] satisfies RecommendationRequest['status'][]);
const typeSchema = z
  .enum(listTypes)
  .nullable()
  .describe('What the list is of: a kind of media, or `any`; null while that is not known');
const failureSchema = z.object({ code: z.string(), message: z.string() });

const toItem = ({ mediaId, title, type, score, reason, becauseTitle }: RecommendedItem) => ({
  ...{ mediaId, title, type, score },
  reason: becauseTitle ? `Watched by people who liked “${becauseTitle}”` : reason,
});

/** Of a user of whom nothing is known, nothing is seen either. */
const NOBODY = '';

export const recommendationQueries = (
  {
    recommendations,
    trending,
    viewerActivity,
  }: {
    readonly recommendations: RecommendationsReader;
    readonly trending: TrendingReader;
    readonly viewerActivity: ViewerActivityReader;
  },
  viewers: Pick<Viewers, 'find' | 'userIdsOf'>,
  hot: HotAnswers,
) => {
  async function popularFor(viewerId: string, asked: ListAsked) {
    const types: readonly ListType[] =
      asked === 'own' ? kindsFor(await viewerActivity.interestByKind(viewerId, ITEMS_OF_INTEREST)) : [asked];
    return firstOfAny<ListType, TrendingItem>(types, (type) =>
      trending.highestUnseen(viewerId, type, COLD_START_LIMIT),
    );
  }

  async function workOutList(viewerId: string, asked: ListAsked): Promise<WorkedOutAnswer> {
    const ofViewer = { recommendations: [viewerId], 'viewer-activity': [viewerId] };
    const list = await recommendations.newestList(viewerId, asked);
    if (!list) {
      const { type = null, items: popular } = await popularFor(viewerId, asked);
      const items = popular.map((item) => toItem({ ...item, reason: 'Popular now', becauseTitle: null }));
      return {
        ...jsonText({ items, type, generatedAt: null, requestId: null, ranking: null }),
        subjects: { ...ofViewer, 'media-library': items.map(({ mediaId }) => mediaId) },
        lifetimeMilliseconds: POPULAR_MILLISECONDS,
      };
    }
    const { requestId, type, generatedAt, ranking } = list;
    return {
      ...jsonText({ items: list.items.map(toItem), type, generatedAt, requestId, ranking }),
      subjects: { ...ofViewer, 'media-library': list.names },
    };
  }

  return [
    endpoint({
      method: 'GET',
      path: '/v1/recommendations/:userId',
      summary: "A viewer's newest list of a type, less whatever may no longer be shown or was seen since",
      tag: 'recommendations',
      // What somebody likes, and because of what: the site that knows its viewers asks for them.
      access: 'operator',
      views: newestListViews,
      params: z.object({ userId: z.string().trim().min(1).max(200) }),
      query: z.strictObject({
        type: z
          .enum(listTypes)
          .optional()
          .describe(
            'The newest list of this kind, or of all (`any`); left out, of those that were asked for without a type',
          ),
      }),
      success: {
        status: 200,
        description:
          'The list; for a viewer who has none yet what is popular, up to a second ago, and unseen',
        schema: z.object({
          userId: z.string(),
          items: itemsSchema,
          type: typeSchema,
          generatedAt: z.string().nullable().describe('Null when no list was ever made for this viewer'),
          requestId: z.string().nullable(),
          ranking: z.looseObject({}).nullable(),
        }),
      },
      async handle({ params: { userId }, query: { type }, headers }) {
        const asked: ListAsked = type ?? 'own';
        const viewerId = (await viewers.find(userId)) ?? NOBODY;
        const { body } = await hot.answer(
          { key: `list ${asked} ${viewerId}`, views: newestListViews, after: headers['mediaflow-after'] },
          () => workOutList(viewerId, asked),
        );
        // Who a viewer is, is not kept with what is shown to him.
        return { body: { userId, ...(JSON.parse(body) as object) } };
      },
    }),

    endpoint({
      method: 'GET',
      path: '/v1/recommendations/requests/:requestId',
      summary: 'What has become of a request: its list, or why there is none',
      tag: 'recommendations',
      access: 'operator',
      views: recommendationsViews.request,
      params: z.object({ requestId: z.string().min(1).max(200) }),
      success: {
        status: 200,
        description: 'The request',
        schema: z.object({
          requestId: z.string(),
          userId: z.string().nullable().describe('Null when the viewer has just been forgotten'),
          status: statusSchema,
          type: typeSchema,
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
        const request = await recommendations.request(requestId);
        if (!request) throw notFound('request_not_found', `There is no request ${requestId}.`, { requestId });
        const userIds = await viewers.userIdsOf([request.userId]);
        return {
          body: {
            requestId,
            userId: userIds.get(request.userId) ?? null,
            status: request.status,
            type: request.type,
            items: request.items.map(toItem),
            ranking: request.ranking,
            failure: request.failure,
            requestedAt: request.requestedAt,
            retryAt: request.retryAt,
            endedAt: request.endedAt,
            position: request.position,
          },
        };
      },
    }),
  ];
};
