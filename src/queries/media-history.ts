import { z } from 'zod';
import { notFound } from '../core/errors.js';
import type { ReadDatabase } from '../core/read-database.js';
import { endpoint } from '../http/endpoint.js';

interface HistoryRow {
  readonly type: string;
  readonly occurred_at: Date;
  readonly position: string;
  readonly event_id: string;
  readonly actor: string;
  readonly data: object;
}

export const mediaHistoryQueries = (database: ReadDatabase) => [
  endpoint({
    method: 'GET',
    path: '/v1/media/:id/history',
    summary: 'Everything that happened to an item, in order',
    tag: 'media',
    access: 'operator',
    views: ['media-history'],
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
      const rows = await database.query<HistoryRow>(
        `select type, occurred_at, position, event_id, actor, data from media_history
         where media_id = $1 order by position`,
        [params.id],
      );
      if (rows.length === 0)
        throw notFound('media_not_found', `There is no media ${params.id}.`, { mediaId: params.id });
      return {
        body: {
          items: rows.map((row) => ({
            type: row.type,
            occurredAt: row.occurred_at.toISOString(),
            position: row.position,
            eventId: row.event_id,
            actor: row.actor,
            data: row.data,
          })),
        },
      };
    },
  }),
];
