import { backoffSeconds } from '../core/backoff.js';
import { MediaFlowError, messageOf } from '../core/errors.js';
import type { JobPolicy } from '../core/job.js';
import { abortCodeOf, type JobAbortCode, jobAborted } from '../core/job-abort.js';
import type { JobHandler, JobLease, JobOutcome, RunningJob } from '../core/running-job.js';

/** What is to be written about an attempt that ended. */
export type Settlement =
  | JobOutcome
  /** Back to the queue at once; the attempt does not count. */
  | { readonly released: true }
  /** Nothing: somebody else has the job. */
  | { readonly lost: true }
  /** Nothing: that is written already. */
  | { readonly cancelled: true };

export interface RunningAttempt {
  readonly job: RunningJob;
  abort(code: JobAbortCode): void;
  /** Never rejects. A handler that ignores its signal is abandoned after the grace. */
  readonly settlement: Promise<Settlement>;
}

const longestTimerMs = 2 ** 31 - 1;

/** Hands a job to its handler under its time limit, and turns whatever happens into what is to be written. */
export function runAttempt(options: {
  readonly job: RunningJob;
  readonly policy: JobPolicy;
  readonly handler: JobHandler;
  readonly abandonAfterSeconds: number;
  readonly random: () => number;
}): RunningAttempt {
  const { job, policy } = options;
  const working = new AbortController();
  /** Fires for all but what is about the work alone. */
  const held = new AbortController();
  const abandoned = Promise.withResolvers<never>();
  let isRecording = false;
  let limitTimer: NodeJS.Timeout | undefined;
  let abandonTimer: NodeJS.Timeout | undefined;

  const abort = (code: JobAbortCode) => {
    const isOfWork = code === 'time_limit_exceeded' || code === 'overstayed';
    const isLate = isOfWork && (isRecording || working.signal.aborted);
    if (held.signal.aborted || isLate) return;
    const reason = jobAborted(code);
    clearTimeout(abandonTimer);
    abandonTimer = setTimeout(() => abandoned.reject(reason), options.abandonAfterSeconds * 1000);
    if (!isOfWork) held.abort(reason);
    working.abort(reason);
  };

  const lease: JobLease = {
    signal: working.signal,
    recording() {
      isRecording = true;
      clearTimeout(limitTimer);
      if (!held.signal.aborted) clearTimeout(abandonTimer);
      return held.signal;
    },
  };

  const abortedFor = () => abortCodeOf(held.signal) ?? abortCodeOf(working.signal);

  const failed = (error: unknown): Settlement => {
    const code = abortedFor();
    if (code === 'lease_lost') return { lost: true };
    if (code === 'cancelled') return { cancelled: true };
    if (code === 'shutting_down' || code === 'overstayed') return { released: true };
    const cause = code ? working.signal.reason : error;
    const message = messageOf(cause);
    if (job.attempt >= job.maximumAttempts) {
      return { deadLetter: { code: cause instanceof MediaFlowError ? cause.code : 'job_failed', message } };
    }
    return { retryInSeconds: backoffSeconds(policy, job.attempt, options.random), error: message };
  };

  const ended = (outcome: JobOutcome): Settlement => {
    if ('unclaimed' in outcome) return outcome;
    const code = abortedFor();
    if (code === 'cancelled') return { cancelled: true };
    const isInterrupted =
      (code === 'shutting_down' && !('done' in outcome)) ||
      (code === 'overstayed' && 'retryInSeconds' in outcome);
    return isInterrupted ? { released: true } : outcome;
  };

  const run = async (): Promise<Settlement> => {
    const limitMs = Math.min(policy.timeLimitSeconds * 1000, longestTimerMs);
    limitTimer = setTimeout(abort, limitMs, 'time_limit_exceeded');
    try {
      const outcome = Promise.resolve().then(() => options.handler(job, lease));
      return ended(await Promise.race([outcome, abandoned.promise]));
    } catch (error) {
      return failed(error);
    } finally {
      clearTimeout(limitTimer);
      clearTimeout(abandonTimer);
    }
  };

  return { job, abort, settlement: run() };
}
