import { z } from 'zod';
import { notFound } from '../core/errors.js';
import { type MediaLooksReader, mediaLooksViews } from '../core/readers/media-looks.js';
import { endpoint } from '../http/endpoint.js';
import { mediaStatusSchema } from './media-item-schema.js';

const BITS = 128;

export const nearDuplicateQueries = (looks: MediaLooksReader) => [
  endpoint({
    method: 'GET',
    path: '/v1/media/:id/near-duplicates',
    summary:
      'Items of the same kind that look like this one, the most alike first: copies, also smaller, recompressed or slightly cropped ones',
    tag: 'media',
    access: 'operator',
    views: mediaLooksViews.near,
    params: z.object({ id: z.string().max(200) }),
    query: z.strictObject({ limit: z.coerce.number().int().min(1).max(200).default(50) }),
    success: {
      status: 200,
      description: 'The items',
      schema: z.object({
        looks: z
          .int()
          .describe(
            'By how many frames it is known; none of what has not been looked at yet, is sound, or shows so little that everything would look like it',
          ),
        items: z.array(
          z.object({
            id: z.string(),
            title: z.string(),
            status: mediaStatusSchema,
            frames: z.int().describe('How many of these frames it has'),
            likeness: z.number().describe('0 to 1: how much of what these look like is the same'),
          }),
        ),
      }),
    },
    async handle({ params: { id }, query: { limit } }) {
      const own = await looks.of(id);
      if (!own) throw notFound('media_not_found', `There is no media ${id}.`, { mediaId: id });
      const near =
        own.kind === null ? [] : await looks.near({ mediaId: id, kind: own.kind, looks: own.looks }, limit);
      return {
        body: {
          looks: own.looks.length,
          items: near.map(({ mediaId, title, status, frames, differentBits }) => ({
            ...{ id: mediaId, title, status, frames },
            likeness: Math.round((1 - differentBits / BITS) * 1000) / 1000,
          })),
        },
      };
    },
  }),
];
