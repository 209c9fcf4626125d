import type { Command } from '../../core/decider.js';
import { MediaFlowError, messageOf, unavailable } from '../../core/errors.js';
import { abortCodeOf } from '../../core/job-abort.js';
import type { Logger } from '../../core/logger.js';
import { chainOf } from '../../core/request-origin.js';
import type { JobHandler, JobLease, RunningJob } from '../../core/running-job.js';
import { GIVEN_UP, SUPERSEDED, type Worker, type WorkerContext } from '../../core/worker.js';
import {
  type AttemptFailureOptions,
  createAttemptFailures,
  readPayload,
  reasonGivenUp,
} from './attempt-failures.js';
import { endOf } from './end-of-work.js';
import { createSendCommands, type ExecuteCommand, type SendCommands } from './send-commands.js';
import type { WorkFolders } from './work-folders.js';

export interface AttemptOptions extends AttemptFailureOptions {
  readonly execute: ExecuteCommand;
  readonly folders: WorkFolders;
  /** A worker that ignores its signal is left alone after this; less than the queue's own grace. */
  readonly abandonAfterSeconds: number;
  readonly sendPausesSeconds: readonly number[];
}

const withFields = (logger: Logger, fields: object): Logger => ({
  debug: (more, message) => logger.debug({ ...fields, ...more }, message),
  info: (more, message) => logger.info({ ...fields, ...more }, message),
  warn: (more, message) => logger.warn({ ...fields, ...more }, message),
  error: (more, message) => logger.error({ ...fields, ...more }, message),
});

/**
 * False when the item refuses the work for good: it is gone, or somebody else has done it. That is no failure. Throws when
 * the job itself was given up before.
 */
async function isStillWanted(
  send: SendCommands,
  started: readonly Command[],
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await send('started', started, { signal });
    return true;
  } catch (error) {
    if (!(error instanceof MediaFlowError) || error.code === GIVEN_UP) throw error;
    if (error.kind === 'conflict' || error.kind === 'not-found') return false;
    throw error;
  }
}

/** The handler a queue calls for a worker: payload in, commands out, every failure recorded before the job moves on. */
export function createAttemptHandler<Payload, Subject>(
  worker: Worker<Payload, Subject>,
  options: AttemptOptions,
): JobHandler {
  const { clock, folders } = options;
  const failures = createAttemptFailures(worker, options);

  async function attemptWork(job: RunningJob, payload: Payload, lease: JobLease, send: SendCommands) {
    const { signal } = lease;
    const meta = { jobId: job.id, attempt: job.attempt };
    const workFolder = await folders.create(job.id, job.attempt);
    const logger = withFields(options.logger, { kind: job.kind, key: job.key, ...meta, ...chainOf(job) });
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

  return async (job, lease) => {
    const sendOf = (attempt: number) =>
      createSendCommands({
        ...{ job: { ...job, attempt }, execute: options.execute, pausesSeconds: options.sendPausesSeconds },
      });
    const send = sendOf(job.attempt);
    try {
      const { loss } = job;
      const outcome = loss && (await failures.ofLoss(job, loss, { send: sendOf(loss.attempt), lease }));
      if (outcome) return outcome;
      if (job.attempt > job.maximumAttempts) {
        throw unavailable('attempts_exhausted', 'The last attempt ended without a word of how');
      }
      await attemptWork(job, readPayload(worker.payload, job), lease, send);
      return { done: true };
    } catch (error) {
      const held = lease.recording();
      // The queue knows what to do then, and none of it is the job's fault.
      held.throwIfAborted();
      if (error instanceof MediaFlowError && error.code === SUPERSEDED) return { done: true };
      if (error instanceof MediaFlowError && error.code === GIVEN_UP)
        return { deadLetter: reasonGivenUp(error) };
      const cause = abortCodeOf(lease.signal) ? lease.signal.reason : error;
      return failures.ofAttempt(job, cause, { send, signal: held });
    }
  };
}
