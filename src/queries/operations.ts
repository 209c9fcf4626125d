import { z } from 'zod';
import type { DeadLetters } from '../core/dead-letter.js';
import type { JobDepth } from '../core/job-queue.js';
import type { ListProjectionStatuses } from '../core/projection-store.js';
import type { SagaStore } from '../core/saga-store.js';
import type { WorkerPresence } from '../core/worker-presence.js';
import { endpoint } from '../http/endpoint.js';
import { idPrefix } from './id-prefix.js';

/** What an operator looks at when something seems to stand still. */
export const operationQueries = (dependencies: {
  readonly projections: ListProjectionStatuses;
  readonly sagas: Pick<SagaStore, 'status'>;
  readonly queue: Pick<DeadLetters, 'deadLetters'> & Pick<JobDepth, 'depth'>;
  readonly workers: Pick<WorkerPresence, 'takers'>;
}) => [
  endpoint({
    method: 'GET',
    path: '/v1/projections',
    summary: 'How far each view is, whether it is being rebuilt, and what stopped it',
    tag: 'operations',
    access: 'operator',
    success: {
      status: 200,
      description: 'The views',
      schema: z.object({ items: z.array(z.looseObject({ name: z.string(), status: z.string() })) }),
    },
    handle: async () => ({ body: { items: await dependencies.projections() } }),
  }),
  endpoint({
    method: 'GET',
    path: '/v1/sagas',
    summary: 'How far each process is, what it waits for, and what was refused',
    tag: 'operations',
    access: 'operator',
    success: {
      status: 200,
      description: 'The processes',
      schema: z.object({ items: z.array(z.looseObject({ saga: z.string() })) }),
    },
    handle: async () => ({ body: { items: await dependencies.sagas.status() } }),
  }),
  endpoint({
    method: 'GET',
    path: '/v1/queues',
    summary: 'How much waits and runs, and how many processes take it, by kind of job',
    tag: 'operations',
    access: 'operator',
    success: {
      status: 200,
      description: 'The queues',
      schema: z.object({
        items: z.array(
          z.object({
            kind: z.string(),
            waiting: z.int(),
            active: z.int(),
            workers: z.int().describe('Processes that take the kind; what nobody takes waits'),
          }),
        ),
      }),
    },
    async handle() {
      const [depths, takers] = await Promise.all([dependencies.queue.depth(), dependencies.workers.takers()]);
      return { body: { items: depths.map((depth) => ({ ...depth, workers: takers.get(depth.kind) ?? 0 })) } };
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/dead-letters',
    summary: 'Jobs that failed for good, with the reason; each can be replayed',
    tag: 'operations',
    access: 'operator',
    query: z.strictObject({
      kind: z.string().max(50).optional(),
      idPrefix: idPrefix.describe('Only those whose id begins like this, at least 8 characters'),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
    success: {
      status: 200,
      description: 'Dead letters, newest first',
      schema: z.object({
        items: z.array(
          z.object({
            id: z.string(),
            kind: z.string(),
            key: z.string(),
            payload: z.looseObject({}),
            attempts: z.int(),
            reason: z.object({ code: z.string(), message: z.string() }),
            failedAt: z.string(),
            replayedAt: z.string().nullable(),
            failedReplays: z.int(),
          }),
        ),
      }),
    },
    async handle({ query: { kind, idPrefix, limit } }) {
      const filter = { ...(kind ? { kind } : {}), ...(idPrefix ? { idPrefix } : {}) };
      return { body: { items: await dependencies.queue.deadLetters({ limit, ...filter }) } };
    },
  }),
];
