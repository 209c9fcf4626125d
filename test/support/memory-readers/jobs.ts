import type { Row } from '../../../src/core/projection.js';
import type { JobsReader, Work } from '../../../src/core/readers/jobs.js';
import type { RowsOf } from './index.js';

const newestFirst = (a: Row, b: Row) => (String(a.updated_at) < String(b.updated_at) ? 1 : -1);

export const createJobsReader = (rowsOf: RowsOf): JobsReader => ({
  async newest({ status, kind }, limit) {
    return rowsOf('jobs')
      .filter((row) => (!status || row.status === status) && (!kind || row.kind === kind))
      .toSorted(newestFirst)
      .slice(0, limit)
      .map(
        (row) =>
          ({
            subjectId: row.subject_id,
            kind: row.kind,
            step: row.step,
            status: row.status,
            jobId: row.job_id ?? null,
            attempt: row.attempt ?? 0,
            fraction: row.fraction ?? null,
            error: row.error ?? null,
            retryAt: row.retry_at ?? null,
            queuedAt: row.queued_at,
            startedAt: row.started_at ?? null,
            updatedAt: row.updated_at,
          }) as unknown as Work,
      );
  },
});
