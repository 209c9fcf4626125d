import { z } from 'zod';
import { expectedEndOf } from '../core/expected-end.js';
import { type JobsReader, jobsViews, type WorkStatus } from '../core/readers/jobs.js';
import { endpoint } from '../http/endpoint.js';

const statusSchema = z.enum([
  'queued',
  'running',
  'waiting_to_retry',
  'completed',
  'failed',
  'cancelled',
] satisfies WorkStatus[]);

export const jobQueries = (jobs: JobsReader) => [
  endpoint({
    method: 'GET',
    path: '/v1/jobs',
    summary: 'Every piece of work: state, attempt, how far it is, what went wrong',
    tag: 'operations',
    access: 'operator',
    views: jobsViews.newest,
    query: z.strictObject({
      status: statusSchema.optional(),
      kind: z.string().max(50).optional(),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
    success: {
      status: 200,
      description: 'Jobs, last changed first',
      schema: z.object({
        items: z.array(
          z.object({
            subjectId: z.string(),
            kind: z.string(),
            step: z.string().describe('The kind, and behind a colon the part, where an item has several'),
            status: statusSchema,
            jobId: z.string().nullable(),
            attempt: z.number(),
            fraction: z.number().nullable(),
            error: z.object({ code: z.string(), message: z.string() }).nullable(),
            retryAt: z.string().nullable(),
            queuedAt: z.string(),
            startedAt: z.string().nullable().describe('Of the last attempt'),
            expectedEndAt: z.string().nullable().describe('At the pace so far; null where nothing tells'),
            updatedAt: z.string(),
          }),
        ),
      }),
    },
    async handle({ query: { status, kind, limit } }) {
      const works = await jobs.newest({ status, kind }, limit);
      return {
        body: {
          items: works.map((work) => ({
            subjectId: work.subjectId,
            kind: work.kind,
            step: work.step,
            status: work.status,
            jobId: work.jobId,
            attempt: work.attempt,
            fraction: work.fraction,
            error: work.error,
            retryAt: work.retryAt,
            queuedAt: work.queuedAt,
            startedAt: work.startedAt,
            expectedEndAt: expectedEndOf(work),
            updatedAt: work.updatedAt,
          })),
        },
      };
    },
  }),
];
