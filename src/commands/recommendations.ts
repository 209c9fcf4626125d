import { z } from 'zod';
import { recommendationIdOf, requestHashOf } from '../core/derived-ids.js';
import { listTypes } from '../core/list-type.js';
import type { Viewers } from '../core/viewers.js';
import { accepted, endpoint } from '../http/endpoint.js';
import { type Execute, fromRequest } from './execute.js';
import { userIdSchema } from './interactions.js';

export const recommendationCommands = (execute: Execute, viewers: Pick<Viewers, 'idsOf'>) => [
  endpoint({
    method: 'POST',
    path: '/v1/recommendations',
    summary:
      'Ask what a viewer should see next; `GET /v1/recommendations/requests/{requestId}` has the answer, `GET /v1/recommendations/{userId}` the newest one',
    tag: 'recommendations',
    access: 'operator',
    body: z.strictObject({
      userId: userIdSchema,
      genre: z.string().trim().min(1).max(100).optional().describe('Only items with this tag'),
      type: z
        .enum(listTypes)
        .optional()
        .describe(
          'Of one kind, or `any` for all of them; left out, of the kind that the viewer cares for most, for newcomers of videos if there are any',
        ),
      limit: z.int().min(1).max(100).default(20),
    }),
    success: {
      status: 202,
      description: 'Durable; a worker answers it with everything in mind that was acknowledged before',
      schema: z.object({
        requestId: z.string(),
        statusUrl: z.string().describe('Where the answer appears; in `Location` as well'),
        position: z.string(),
      }),
    },
    async handle(request) {
      const requestId = recommendationIdOf(request.commandId);
      const { userId, genre, type, limit } = request.body;
      const viewerId = (await viewers.idsOf([userId])).get(userId) as string;
      const data = { requestId, userId: viewerId, genre: genre ?? null, ...(type && { type }), limit };
      // Of the viewer: the hash of a user id would tell whoever guesses it that the guess is right.
      const requestHash = request.requestHash === null ? null : requestHashOf(data);
      const { position } = await execute(
        fromRequest({ ...request, requestHash }, { type: 'RequestRecommendation', data }),
      );
      const statusUrl = `/v1/recommendations/requests/${requestId}`;
      return { ...accepted(position, { requestId, statusUrl }), headers: { location: statusUrl } };
    },
  }),
];
