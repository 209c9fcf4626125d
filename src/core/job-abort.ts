import { MediaFlowError, unavailable } from './errors.js';

/** Why a queue takes a job away from its handler: the `code` of the error in `JobLease.signal.reason`. */
export type JobAbortCode =
  | 'lease_lost'
  | 'cancelled'
  | 'time_limit_exceeded'
  | 'overstayed'
  | 'shutting_down';

const sentences: Readonly<Record<JobAbortCode, string>> = {
  lease_lost: 'The job was given to another worker',
  cancelled: 'The job is not wanted any more',
  time_limit_exceeded: 'The attempt ran longer than its time limit',
  overstayed: 'It took longer than short work may, and waits for its turn among the long',
  shutting_down: 'The process is shutting down',
};

/** The reason a {@link JobLease} signal fires with. */
export const jobAborted = (code: JobAbortCode): MediaFlowError => unavailable(code, sentences[code]);

/** Why this signal fired; undefined when it has not, or when somebody else's reason is in it. */
export function abortCodeOf(signal: AbortSignal): JobAbortCode | undefined {
  const { reason } = signal;
  if (!signal.aborted || !(reason instanceof MediaFlowError)) return undefined;
  return reason.code in sentences ? (reason.code as JobAbortCode) : undefined;
}
