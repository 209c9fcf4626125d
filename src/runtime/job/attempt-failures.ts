import { z } from 'zod';
import { backoffSeconds } from '../../core/backoff.js';
import type { DeadLetterReason } from '../../core/dead-letter.js';
import {
  type ErrorCode,
  invalid,
  isErrorCode,
  isProgrammingError,
  isRetryable,
  MediaFlowError,
  messageOf,
} from '../../core/errors.js';
import type { Logger } from '../../core/logger.js';
import { chainOf } from '../../core/request-origin.js';
import type { JobLease, JobLoss, JobOutcome, RunningJob } from '../../core/running-job.js';
import { storableMessage } from '../../core/storable-text.js';
import { addSeconds, type Instant } from '../../core/time.js';
import type { AttemptFailure, Worker } from '../../core/worker.js';
import { pauseAfter, workerLost } from './lost-worker.js';
import type { SendCommands } from './send-commands.js';

export interface AttemptFailureOptions {
  readonly clock: () => Instant;
  /** Jitter of the backoff, [0, 1). */
  readonly random: () => number;
  readonly logger: Logger;
  readonly lossPausesSeconds: readonly number[];
}

/** How a failure reaches history; `signal` ends the waiting for that. */
interface Teller {
  readonly send: SendCommands;
  readonly signal: AbortSignal;
}

interface LossTeller {
  readonly send: SendCommands;
  readonly lease: JobLease;
}

/** Records failures of attempts before their jobs move on, and says what comes of them. */
export interface AttemptFailures {
  ofAttempt(job: RunningJob, error: unknown, teller: Teller): Promise<JobOutcome>;
  /** Of the loss of an attempt before; undefined when the job is tried again at once. */
  ofLoss(job: RunningJob, loss: JobLoss, teller: LossTeller): Promise<JobOutcome | undefined>;
}

/** A job's payload, or the part of it that a schema takes. */
export function readPayload<Part>(schema: z.ZodType<Part>, { kind, payload }: RunningJob): Part {
  const { data, error } = schema.safeParse(payload);
  if (error) throw invalid('invalid_payload', `This is not what ${kind} is told: ${z.prettifyError(error)}`);
  return data;
}

export function codeOf(error: unknown): ErrorCode {
  if (error instanceof MediaFlowError) return error.code;
  return isProgrammingError(error) ? 'programming_error' : 'unexpected_error';
}

const isWorthAnother = (error: unknown): boolean => isRetryable(error) && !isProgrammingError(error);

/** How long whoever was asked wants to be left alone, where it said so. */
function wishedPause(error: unknown): number {
  const { retryAfterSeconds } = error instanceof MediaFlowError ? error.details : {};
  return typeof retryAfterSeconds === 'number' ? retryAfterSeconds : 0;
}

const givenUp = z.object({ failure: z.object({ code: z.string(), message: z.string() }) });

/** Of a job that had failed for good before this attempt: what it failed of then, as the aggregate remembers it. */
export function reasonGivenUp(error: MediaFlowError): DeadLetterReason {
  const { data } = givenUp.safeParse(error.details);
  if (!data) return { code: error.code, message: error.message };
  const { code, message } = data.failure;
  return { code: isErrorCode(code) ? code : error.code, message };
}

export function createAttemptFailures<Subject>(
  worker: Pick<Worker<never, Subject>, 'subject' | 'policy' | 'failed'>,
  options: AttemptFailureOptions,
): AttemptFailures {
  const { clock, random } = options;

  /** False when it could not be recorded now and may be later. */
  async function record(
    phase: 'failed' | 'lost',
    job: RunningJob,
    failure: AttemptFailure,
    { send, signal }: Teller,
  ): Promise<boolean> {
    const meta = { jobId: job.id, attempt: failure.attempt };
    const named = { kind: job.kind, key: job.key, ...meta, ...chainOf(job) };
    options.logger.warn({ ...named, ...failure }, 'job attempt failed');
    try {
      await send(phase, worker.failed(readPayload(worker.subject, job), failure, meta), { signal });
      return true;
    } catch (error) {
      signal.throwIfAborted();
      options.logger.error({ ...named, error: messageOf(error) }, 'failed attempt could not be recorded');
      // A refusal for good (the item is gone) will not change.
      return !isWorthAnother(error);
    }
  }

  function isFinal(job: RunningJob, error: unknown, code: ErrorCode): boolean {
    // Nothing has failed: it gets another slot, and the queue another attempt.
    if (code === 'overstayed') return false;
    if (code === 'time_limit_exceeded' && worker.policy.timeLimitIsFinal) return true;
    return !isWorthAnother(error) || job.attempt >= job.maximumAttempts;
  }

  async function ofAttempt(job: RunningJob, error: unknown, teller: Teller): Promise<JobOutcome> {
    const reason = { code: codeOf(error), message: storableMessage(error) };
    if (isProgrammingError(error)) {
      const named = { kind: job.kind, key: job.key, jobId: job.id, ...chainOf(job) };
      options.logger.error({ ...named, stack: error.stack }, 'a job came upon a fault in the program');
    }
    const final = isFinal(job, error, reason.code);
    const retryInSeconds = Math.max(backoffSeconds(worker.policy, job.attempt, random), wishedPause(error));
    const retryAt = final ? null : addSeconds(clock(), retryInSeconds);
    const failure = { ...reason, attempt: job.attempt, final, retryAt };
    const isRecorded = await record('failed', job, failure, teller);
    return final && isRecorded ? { deadLetter: reason } : { retryInSeconds, error: reason.message };
  }

  async function ofLoss(job: RunningJob, loss: JobLoss, { send, lease }: LossTeller) {
    const pauseSeconds = pauseAfter(loss, options.lossPausesSeconds);
    const final = pauseSeconds === undefined;
    const reason = workerLost(loss);
    const retryAt = final ? null : addSeconds(clock(), pauseSeconds);
    const failure = { ...reason, attempt: loss.attempt, final, retryAt };
    const signal = pauseSeconds === 0 ? lease.signal : lease.recording();
    const isRecorded = await record('lost', job, failure, { send, signal });
    if (pauseSeconds === 0) return undefined;
    if (!final) return { setAsideSeconds: pauseSeconds, error: reason.message };
    if (isRecorded) return { deadLetter: reason };
    // Whatever it is that ends its process must not run again because of that.
    const setAsideSeconds = options.lossPausesSeconds.at(-1) ?? 0;
    return { setAsideSeconds, error: reason.message, keepsLoss: true };
  }

  return { ofAttempt, ofLoss };
}
