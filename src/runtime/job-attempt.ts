import { z } from 'zod';
import { backoffSeconds } from '../core/backoff.js';
import type { Command } from '../core/decider.js';
import { invalid, isRetryable, MediaFlowError, messageOf, unavailable } from '../core/errors.js';
import type { JobHandler, JobLease, JobOutcome, RunningJob } from '../core/job.js';
import { abortCodeOf } from '../core/job-abort.js';
import type { Logger } from '../core/logger.js';
import { storableMessage } from '../core/storable-text.js';
import { addSeconds, type Instant } from '../core/time.js';
import { type AttemptFailure, SUPERSEDED, type Worker, type WorkerContext } from '../core/worker.js';
import { endOf } from './end-of-work.js';
import { workerLost } from './lost-worker.js';
import { createSendCommands, type ExecuteCommand, type SendCommands } from './send-commands.js';
import type { WorkFolders } from './work-folders.js';

export interface AttemptOptions {
  readonly execute: ExecuteCommand;
  readonly folders: WorkFolders;
  readonly clock: () => Instant;
  /** Jitter of the backoff, [0, 1). */
  readonly random: () => number;
  readonly logger: Logger;
  /** A worker that ignores its signal is left alone after this; less than the queue's own grace. */
  readonly abandonAfterSeconds: number;
  readonly sendPausesSeconds: readonly number[];
  readonly lossPausesSeconds: readonly number[];
}

const withFields = (logger: Logger, fields: object): Logger => ({
  debug: (more, message) => logger.debug({ ...fields, ...more }, message),
  info: (more, message) => logger.info({ ...fields, ...more }, message),
  warn: (more, message) => logger.warn({ ...fields, ...more }, message),
  error: (more, message) => logger.error({ ...fields, ...more }, message),
});

const codeOf = (error: unknown): string =>
  error instanceof MediaFlowError ? error.code : 'unexpected_error';

/** False when the item refuses the work for good: it is gone, or somebody else has done it. That is no failure. */
async function isStillWanted(
  send: SendCommands,
  started: readonly Command[],
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await send('started', started, { signal });
    return true;
  } catch (error) {
    if (error instanceof MediaFlowError && (error.kind === 'conflict' || error.kind === 'not-found'))
      return false;
    throw error;
  }
}

function readAs<Part>(schema: z.ZodType<Part>, { kind, payload }: RunningJob): Part {
  const { data, error } = schema.safeParse(payload);
  if (error) throw invalid('invalid_payload', `This is not what ${kind} is told: ${z.prettifyError(error)}`);
  return data;
}

/** The handler a queue calls for a worker: payload in, commands out, every failure recorded before the job moves on. */
export function createAttemptHandler<Payload, Subject>(
  worker: Worker<Payload, Subject>,
  options: AttemptOptions,
): JobHandler {
  const { clock, folders, random } = options;

  async function attemptWork(job: RunningJob, payload: Payload, lease: JobLease, send: SendCommands) {
    const { signal } = lease;
    const meta = { jobId: job.id, attempt: job.attempt };
    const workFolder = await folders.create(job.id, job.attempt);
    const logger = withFields(options.logger, { kind: job.kind, key: job.key, ...meta });
    let reported = 0;
    const context: WorkerContext = {
      ...meta,
      ...{ signal, workFolder, now: clock, logger },
      async report(commands) {
        signal.throwIfAborted();
        const firstIndex = reported;
        reported += commands.length;
        await send('progress', commands, { signal, firstIndex });
      },
      async confirm(commands) {
        signal.throwIfAborted();
        await send('confirm', commands, { signal: lease.recording() });
      },
    };
    const work = async () => {
      const isWanted = await isStillWanted(send, worker.started(payload, meta), signal);
      return isWanted ? await worker.run(payload, context) : [];
    };
    try {
      const result = await endOf(work(), signal, options.abandonAfterSeconds);
      const held = lease.recording();
      if (['lease_lost', 'cancelled'].includes(abortCodeOf(held) ?? '')) throw held.reason;
      await send('result', result, { signal: held });
    } finally {
      await folders.remove(workFolder).catch((error: unknown) => {
        logger.warn({ error: messageOf(error) }, 'work folder could not be removed');
      });
    }
  }

  /** False when it could not be recorded now and may be later. */
  async function record(
    phase: 'failed' | 'lost',
    job: RunningJob,
    failure: AttemptFailure,
    { send, signal }: { readonly send: SendCommands; readonly signal: AbortSignal },
  ): Promise<boolean> {
    const meta = { jobId: job.id, attempt: failure.attempt };
    options.logger.warn({ kind: job.kind, key: job.key, ...meta, ...failure }, 'job attempt failed');
    try {
      await send(phase, worker.failed(readAs(worker.subject, job), failure, meta), { signal });
      return true;
    } catch (error) {
      signal.throwIfAborted();
      const fields = { kind: job.kind, ...meta, error: messageOf(error) };
      options.logger.error(fields, 'failed attempt could not be recorded');
      // A refusal for good (the item is gone) will not change.
      return !isRetryable(error);
    }
  }

  function isFinal(job: RunningJob, error: unknown, code: string): boolean {
    // Nothing has failed: it gets another slot, and the queue another attempt.
    if (code === 'overstayed') return false;
    if (code === 'time_limit_exceeded' && worker.policy.timeLimitIsFinal) return true;
    return !isRetryable(error) || job.attempt >= job.maximumAttempts;
  }

  async function failedAttempt(
    job: RunningJob,
    error: unknown,
    { held, send }: { readonly held: AbortSignal; readonly send: SendCommands },
  ): Promise<JobOutcome> {
    const reason = { code: codeOf(error), message: storableMessage(error) };
    const final = isFinal(job, error, reason.code);
    const retryInSeconds = backoffSeconds(worker.policy, job.attempt, random);
    const retryAt = final ? null : addSeconds(clock(), retryInSeconds);
    const failure = { ...reason, attempt: job.attempt, final, retryAt };
    const isRecorded = await record('failed', job, failure, { send, signal: held });
    return final && isRecorded ? { deadLetter: reason } : { retryInSeconds, error: reason.message };
  }

  /** What comes of the loss of the attempt before; undefined when the job is tried again at once. */
  async function afterLoss(
    job: RunningJob,
    count: number,
    { lease, send }: { readonly lease: JobLease; readonly send: SendCommands },
  ): Promise<JobOutcome | undefined> {
    const pauseSeconds = options.lossPausesSeconds[count - 1];
    const final = pauseSeconds === undefined;
    const reason = workerLost(count);
    const retryAt = final ? null : addSeconds(clock(), pauseSeconds);
    const failure = { ...reason, attempt: job.attempt - 1, final, retryAt };
    const signal = pauseSeconds === 0 ? lease.signal : lease.recording();
    const isRecorded = await record('lost', job, failure, { send, signal });
    if (pauseSeconds === 0) return undefined;
    if (!final) return { setAsideSeconds: pauseSeconds, error: reason.message };
    if (isRecorded) return { deadLetter: reason };
    return { retryInSeconds: backoffSeconds(worker.policy, job.attempt, random), error: reason.message };
  }

  return async (job, lease) => {
    const send = createSendCommands({
      ...{ job, execute: options.execute, pausesSeconds: options.sendPausesSeconds },
    });
    try {
      const outcome = job.loss && (await afterLoss(job, job.loss.count, { lease, send }));
      if (outcome) return outcome;
      if (job.attempt > job.maximumAttempts) {
        throw unavailable('attempts_exhausted', 'The last attempt ended without a word of how');
      }
      await attemptWork(job, readAs(worker.payload, job), lease, send);
      return { done: true };
    } catch (error) {
      const held = lease.recording();
      // The queue knows what to do then, and none of it is the job's fault.
      held.throwIfAborted();
      if (error instanceof MediaFlowError && error.code === SUPERSEDED) return { done: true };
      const cause = abortCodeOf(lease.signal) ? lease.signal.reason : error;
      return failedAttempt(job, cause, { held, send });
    }
  };
}
