import { z } from 'zod';
import { notFound } from '../core/errors.js';
import { type LiveSource, type LiveSourcesReader, liveSourcesViews } from '../core/readers/live-sources.js';
import { endpoint } from '../http/endpoint.js';

const seenAt = { at: z.string(), atSeconds: z.number().nullable() };
const scoreSchema = z.object({ class: z.string(), score: z.number(), ...seenAt });

export const liveSourceSchema = z.object({
  sourceId: z.string(),
  name: z.string(),
  kind: z.enum(['file', 'http', 'rtsp']),
  everySeconds: z.number(),
  status: z.enum(['watching', 'interrupted', 'ended']),
  code: z.string().nullable().describe('Why no frames come; docs/errors.md says what to do'),
  retryAt: z.string().nullable().describe('When its publisher tries again'),
  startedAt: z.string(),
  lastSeenAt: z.string().nullable().describe('When the last frame was taken that was told of'),
  endedAt: z.string().nullable(),
  endReason: z.string().nullable(),
  labels: z.array(z.string()).describe('What is to be seen now'),
  sightings: z
    .array(
      z.object({
        ...{ label: z.string(), confidence: z.number(), frames: z.int(), isNow: z.boolean() },
        ...seenAt,
      }),
    )
    .describe('What was seen in the frames that were told of last, each at its best'),
  moderation: z.array(scoreSchema).describe('The highest scores in these frames'),
  worst: scoreSchema.nullable().describe('The highest score there ever was'),
  models: z.array(z.object({ provider: z.string(), model: z.string(), version: z.string() })),
  framesSeen: z.int(),
  framesDropped: z
    .object({ publisher: z.int(), queue: z.int(), unseen: z.int() })
    .describe('By the publisher, by the topic, or since nobody could look at them'),
});

/** Field by field: what the view has besides is nobody's business. */
const shownSource = (source: LiveSource) => liveSourceSchema.parse(source);

export const liveSourceQueries = (sources: LiveSourcesReader) => [
  endpoint({
    method: 'GET',
    path: '/v1/live',
    summary: 'Live sources with what is to be seen of each, those that began last first',
    tag: 'live',
    access: 'operator',
    views: liveSourcesViews.latest,
    query: z.strictObject({
      status: z.enum(['watching', 'interrupted', 'ended']).optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
    success: {
      status: 200,
      description: 'The sources',
      schema: z.object({ items: z.array(liveSourceSchema) }),
    },
    async handle({ query }) {
      const items = await sources.latest(query, query.limit);
      return { body: { items: items.map(shownSource) } };
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/live/:id',
    summary: 'A live source, and what is to be seen of it',
    tag: 'live',
    access: 'operator',
    views: liveSourcesViews.one,
    params: z.object({ id: z.string().min(1).max(100) }),
    success: { status: 200, description: 'The source', schema: liveSourceSchema },
    async handle({ params }) {
      const source = await sources.one(params.id);
      if (!source)
        throw notFound('live_source_not_found', `There is no live source ${params.id}.`, {
          sourceId: params.id,
        });
      return { body: shownSource(source) };
    },
  }),
];
