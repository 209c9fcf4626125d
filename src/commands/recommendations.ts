import { z } from 'zod';
import { recommendationIdOf } from '../core/derived-ids.js';
import { accepted, endpoint } from '../http/endpoint.js';
import { type Execute, fromRequest } from './execute.js';
import { userIdSchema } from './interactions.js';

export const recommendationCommands = (execute: Execute) => [
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
      const { userId, genre, limit } = request.body;
      const { position } = await execute(
        fromRequest(request, {
          type: 'RequestRecommendation',
          data: { requestId, userId, genre: genre ?? null, limit },
        }),
      );
      const statusUrl = `/v1/recommendations/requests/${requestId}`;
      return { ...accepted(position, { requestId, statusUrl }), headers: { location: statusUrl } };
    },
  }),
];
