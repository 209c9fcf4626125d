import { z } from 'zod';
import type { JobToEnqueue } from '../../../core/job.js';
import type { JsonObject } from '../../../core/json.js';
import type { Instant } from '../../../core/time.js';

/** A job as the value of a record. */
const recordSchema = z.object({
  id: z.uuid(),
  kind: z.string().min(1),
  key: z.string(),
  payload: z.custom<JsonObject>((value) => typeof value === 'object' && value !== null),
  patienceSeconds: z.number().optional(),
  long: z.boolean().optional(),
  correlationId: z.string(),
  causationId: z.string(),
  tenantId: z.string(),
  traceparent: z.string().nullable(),
  sentAt: z.number(),
});

export interface SentJob {
  readonly job: JobToEnqueue;
  /** By the sender's clock, in milliseconds; within one sending it grows from job to job. */
  readonly sentAt: number;
}

/** What no database keeps in a text. */
const NUL = '\\u0000';

/** Throws when it holds what the queue behind could not keep. */
export function jobRecord({ job, sentAt }: SentJob) {
  const value = JSON.stringify({ ...job, sentAt });
  if (value.includes(NUL)) throw new Error(`Job ${job.id} has a NUL character in a text`);
  return {
    key: job.key,
    value,
    ...(job.traceparent !== null && { headers: { traceparent: job.traceparent } }),
  };
}

/** Undefined where it is not a job of this kind. */
export function jobIn(value: Buffer | null, kind: string): SentJob | undefined {
  const text = value?.toString() ?? '';
  const { data } = recordSchema.safeParse(parse(text));
  if (data?.kind !== kind || text.includes(NUL)) return undefined;
  const { sentAt, patienceSeconds, long, ...job } = data;
  return {
    sentAt,
    job: { ...job, ...(patienceSeconds !== undefined && { patienceSeconds }), ...(long && { long }) },
  };
}

/** So far ahead of ours the clock of a broker may be. */
const AHEAD_MILLISECONDS = 86_400_000;

/** When a record was written. Where the topic bears the times of whoever sent it, that may be none: then it has just come. */
export function writtenAt(timestamp: string, now: number): Instant {
  const milliseconds = Number(timestamp);
  const isTime = milliseconds > 0 && milliseconds <= now + AHEAD_MILLISECONDS;
  return new Date(isTime ? milliseconds : now).toISOString();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
