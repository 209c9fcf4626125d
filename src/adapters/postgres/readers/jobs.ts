import type { JobsReader, Work } from '../../../core/readers/jobs.js';
import type { ReadDatabase } from './read-database.js';

interface JobRow {
  readonly subject_id: string;
  readonly kind: string;
  readonly step: string;
  readonly status: Work['status'];
  readonly job_id: string | null;
  readonly attempt: number;
  readonly fraction: number | null;
  readonly error: Work['error'];
  readonly retry_at: Date | null;
  readonly queued_at: Date;
  readonly started_at: Date | null;
  readonly updated_at: Date;
}

export const createJobsReader = (database: ReadDatabase): JobsReader => ({
  async newest({ status, kind }, limit) {
    const rows = await database.query<JobRow>(
      `select * from jobs where ($1::text is null or status = $1) and ($2::text is null or kind = $2)
         order by updated_at desc limit $3`,
      [status ?? null, kind ?? null, limit],
    );
    return rows.map((row) => ({
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
      startedAt: row.started_at?.toISOString() ?? null,
      updatedAt: row.updated_at.toISOString(),
    }));
  },
});
