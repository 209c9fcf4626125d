import { z } from 'zod';
import { notFound } from '../core/errors.js';
import { type MediaHistoryReader, mediaHistoryViews } from '../core/readers/media-history.js';
import { endpoint } from '../http/endpoint.js';

export const mediaHistoryQueries = (history: MediaHistoryReader) => [
  endpoint({
    method: 'GET',
    path: '/v1/media/:id/history',
    summary: 'Everything that happened to an item, in order',
    tag: 'media',
    access: 'operator',
    views: mediaHistoryViews.of,
    params: z.object({ id: z.string().max(200) }),
    success: {
      status: 200,
      description: 'The events in order',
      schema: z.object({
        items: z.array(
          z.object({
            type: z.string(),
            occurredAt: z.string(),
            position: z.string(),
            eventId: z.string(),
            actor: z.string(),
            data: z.looseObject({}),
          }),
        ),
      }),
    },
    async handle({ params }) {
      const entries = await history.of(params.id);
      if (entries.length === 0)
        throw notFound('media_not_found', `There is no media ${params.id}.`, { mediaId: params.id });
      return {
        body: {
          items: entries.map((entry) => ({
            type: entry.type,
            occurredAt: entry.occurredAt,
            position: entry.position,
            eventId: entry.eventId,
            actor: entry.actor,
            data: entry.data,
          })),
        },
      };
    },
  }),
];
