import { z } from 'zod';
import type { ReadDatabase } from '../core/read-database.js';
import { endpoint } from '../http/endpoint.js';

const statusSchema = z.enum(['queued', 'running', 'waiting_to_retry', 'completed', 'failed', 'cancelled']);

interface JobRow {
  readonly subject_id: string;
  readonly kind: string;
  readonly step: string;
  readonly status: z.infer<typeof statusSchema>;
  readonly job_id: string | null;
  readonly attempt: number;
  readonly fraction: number | null;
  readonly error: { code: string; message: string } | null;
  readonly retry_at: Date | null;
  readonly queued_at: Date;
  readonly updated_at: Date;
}

export const jobQueries = (database: ReadDatabase) => [
  endpoint({
    method: 'GET',
    path: '/v1/jobs',
    summary: 'Every piece of work: state, attempt, how far it is, what went wrong',
    tag: 'operations',
    access: 'operator',
    views: ['jobs'],
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
            updatedAt: z.string(),
          }),
        ),
      }),
    },
    async handle({ query }) {
      const rows = await database.query<JobRow>(
        `select * from jobs where ($1::text is null or status = $1) and ($2::text is null or kind = $2)
         order by updated_at desc limit $3`,
        [query.status ?? null, query.kind ?? null, query.limit],
      );
      return {
        body: {
          items: rows.map((row) => ({
            subjectId: row.subject_id,
            kind: row.kind,
            step: row.step,
            status: row.status,
            jobId: row.job_id,
            attempt: row.attempt,
            fraction: row.fraction,
            error: row.error,
            retryAt: row.retry_at?.toISOString() ?? null,
            queuedAt: row.queued_at.toISOString(),
            updatedAt: row.updated_at.toISOString(),
          })),
        },
      };
    },
  }),
];
