import type { DeadLetter } from '../../core/dead-letter.js';
import type { JsonObject } from '../../core/json.js';
import type { RequestOrigin } from '../../core/request-origin.js';

/** A row of `dead_letters` as it is read. */
export interface DeadLetterRow extends RequestOrigin {
  id: string;
  kind: string;
  key: string;
  payload: JsonObject;
  priority: number;
  long: boolean;
  correlationId: string;
  causationId: string;
  attempts: number;
  code: string;
  message: string;
  failedAt: Date;
  replayedAt: Date | null;
  failedReplays: number;
}

/** SQL: its columns. */
export const COLUMNS = `job_id as id, kind, key, payload, priority, long, correlation_id as "correlationId",
  causation_id as "causationId", tenant_id as "tenantId", traceparent,
  attempts, code, message, failed_at as "failedAt", replayed_at as "replayedAt", replays as "failedReplays"`;

export const toDeadLetter = ({ id, kind, key, payload, attempts, ...row }: DeadLetterRow): DeadLetter => ({
  id,
  kind,
  key,
  payload,
  attempts,
  reason: { code: row.code, message: row.message },
  failedAt: row.failedAt.toISOString(),
  replayedAt: row.replayedAt?.toISOString() ?? null,
  failedReplays: row.failedReplays,
});
