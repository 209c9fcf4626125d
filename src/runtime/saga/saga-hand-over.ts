import { backoffSeconds } from '../../core/backoff.js';
import type { Command } from '../../core/decider.js';
import { isRetryable, MediaFlowError } from '../../core/errors.js';
import { WrongExpectedRevisionError } from '../../core/event-store.js';
import type { JobCancellationRequest, JobToEnqueue } from '../../core/job.js';
import type { JobSender } from '../../core/job-sender.js';
import type { Logger } from '../../core/logger.js';
import { chainOf, type RequestOrigin } from '../../core/request-origin.js';
import type { OutboxEntry, OutboxOutcome } from '../../core/saga-store.js';
import { storableMessage } from '../../core/storable-text.js';
import { addSeconds } from '../../core/time.js';
import type { Clock } from '../clock.js';
import { limitConcurrency } from '../limit-concurrency.js';
import { createTrouble, type Trouble } from '../trouble.js';
import { groupCalls } from './group-calls.js';

/** A command as a saga sends it; the id is derived, so that sending it again changes nothing. */
export interface SagaCommandRequest extends RequestOrigin {
  readonly commandId: string;
  readonly command: Command;
  readonly correlationId: string;
  readonly causationId: string;
  /** `saga:<name>`. */
  readonly actor: string;
}

export interface HandOverOptions {
  readonly execute: (request: SagaCommandRequest) => Promise<unknown>;
  readonly queue: JobSender;
  /** Commands under way at once. */
  readonly concurrency: number;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
}

const RETRY = { backoff: { firstSeconds: 0.5, maximumSeconds: 60 } };

/**
 * Hands over the first of these entries of one instance, a command, a cancellation or all jobs up to the next of these,
 * and tells what became of them. After one that is postponed come no others.
 */
export function createHandOver(options: HandOverOptions) {
  const { clock, logger } = options;
  const limited = limitConcurrency(options.concurrency);
  const enqueueTogether = groupCalls<JobToEnqueue>((jobs) => options.queue.enqueue(jobs));

  // Each leads elsewhere, and one of them may be away alone.
  const ofCommands = createTrouble(logger, 'Commands of sagas are carried out again');
  const ofJobs = createTrouble(logger, 'The job queue takes what sagas ask for again');

  async function outcomeOf(
    entry: OutboxEntry,
    trouble: Trouble,
    task: () => Promise<unknown>,
  ): Promise<OutboxOutcome> {
    try {
      await task();
      trouble.succeeded();
      return { id: entry.id, done: true };
    } catch (error) {
      return failed(entry, trouble, error);
    }
  }

  function failed(
    { id, saga, instance, attempts, origin }: OutboxEntry,
    trouble: Trouble,
    error: unknown,
  ): OutboxOutcome {
    const message = storableMessage(error);
    const fields = { saga, instance, outputId: id, attempts: attempts + 1, ...chainOf(origin) };
    if (mayPass(error)) {
      trouble.failed(error, 'Saga output failed, trying again', fields);
      const dueAt = addSeconds(clock.now(), backoffSeconds(RETRY, attempts + 1, options.random));
      return { id, postponed: { error: message, dueAt } };
    }
    const code = error instanceof MediaFlowError ? error.code : 'unknown';
    logger.error({ ...fields, code, error: message }, 'Saga output refused for good');
    return { id, refused: { code, message, at: clock.now() } };
  }

  const send = (entry: OutboxEntry, command: Command) =>
    outcomeOf(entry, ofCommands, () =>
      limited(() =>
        options.execute({ ...entry.origin, commandId: entry.id, command, actor: `saga:${entry.saga}` }),
      ),
    );

  const cancel = (entry: OutboxEntry, { kinds, key }: JobCancellationRequest) =>
    outcomeOf(entry, ofJobs, () => options.queue.cancel({ id: entry.id, kinds, key }));

  async function enqueue(entries: readonly OutboxEntry[]): Promise<OutboxOutcome[]> {
    try {
      await enqueueTogether(entries.flatMap(toJob));
      ofJobs.succeeded();
      return entries.map(({ id }) => ({ id, done: true }));
    } catch {
      // Perhaps one job of many is at fault: alone, each gets its own answer.
      const outcomes: OutboxOutcome[] = [];
      for (const entry of entries) {
        const outcome = await outcomeOf(entry, ofJobs, () => options.queue.enqueue(toJob(entry)));
        outcomes.push(outcome);
        if ('postponed' in outcome) break;
      }
      return outcomes;
    }
  }

  return async (entries: readonly OutboxEntry[]): Promise<OutboxOutcome[]> => {
    const [first] = entries;
    if (first && 'send' in first.body) return [await send(first, first.body.send)];
    if (first && 'cancelJobs' in first.body) return [await cancel(first, first.body.cancelJobs)];
    const firstOther = entries.findIndex(({ body }) => !('run' in body));
    return enqueue(firstOther < 0 ? entries : entries.slice(0, firstOther));
  };
}

/** A lost race says nothing about the command itself, and what we do not know may be of the next release. */
const mayPass = (error: unknown): boolean =>
  isRetryable(error) ||
  error instanceof WrongExpectedRevisionError ||
  (error instanceof MediaFlowError && ['unknown_job_kind', 'unknown_command'].includes(error.code));

const toJob = ({ id, body, origin }: OutboxEntry): JobToEnqueue[] =>
  'run' in body ? [{ ...body.run, ...origin, id }] : [];
