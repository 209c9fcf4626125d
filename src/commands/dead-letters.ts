import { z } from 'zod';
import type { DeadLetters } from '../core/dead-letter.js';
import { endpoint } from '../http/endpoint.js';

export const deadLetterCommands = (deadLetters: Pick<DeadLetters, 'replay' | 'discard'>) => [
  endpoint({
    method: 'POST',
    path: '/v1/dead-letters/:id/replay',
    summary: 'Put the job of a dead letter back in its queue; once, until that has failed too',
    tag: 'operations',
    access: 'operator',
    params: z.object({ id: z.uuid() }),
    success: { status: 202, description: 'Queued again', schema: z.object({ jobId: z.string() }) },
    async handle({ params }) {
      return { status: 202, body: { jobId: await deadLetters.replay(params.id) } };
    },
  }),
  endpoint({
    method: 'DELETE',
    path: '/v1/dead-letters/:id',
    summary: 'Remove a dead letter that nobody is going to replay',
    tag: 'operations',
    access: 'operator',
    params: z.object({ id: z.uuid() }),
    success: { status: 200, description: 'It is gone', schema: z.object({ id: z.string() }) },
    async handle({ params: { id } }) {
      await deadLetters.discard(id);
      return { body: { id } };
    },
  }),
];
