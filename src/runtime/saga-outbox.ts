import { backoffSeconds } from '../core/backoff.js';
import type { Command } from '../core/decider.js';
import { isRetryable, MediaFlowError, messageOf } from '../core/errors.js';
import { WrongExpectedRevisionError } from '../core/event-store.js';
import type { JobToEnqueue } from '../core/job.js';
import type { Logger } from '../core/logger.js';
import type { OutboxEntry, OutboxOutcome, SagaStore } from '../core/saga-store.js';
import { addSeconds } from '../core/time.js';
import type { Alarm } from './alarm.js';
import type { Clock } from './clock.js';
import { groupCalls } from './group-calls.js';
import { limitConcurrency } from './limit-concurrency.js';

/** A command as a saga sends it; the id is derived, so that sending it again changes nothing. */
export interface SagaCommandRequest {
  readonly commandId: string;
  readonly command: Command;
  readonly correlationId: string;
  readonly causationId: string;
  /** `saga:<name>`. */
  readonly actor: string;
  readonly tenantId: string;
  readonly traceparent: string | null;
}

export interface SagaOutboxOptions {
  readonly sagas: readonly string[];
  readonly sagaStore: SagaStore;
  readonly execute: (request: SagaCommandRequest) => Promise<unknown>;
  readonly enqueue: (jobs: readonly JobToEnqueue[]) => Promise<void>;
  /** Commands under way at once. */
  readonly concurrency: number;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Rings when a step has committed outputs. */
  readonly alarm: Alarm;
}

const LANES = 200;
const ENTRIES_A_READ = 500;
const POLL_SECONDS = 1;
const POLICY = { backoff: { firstSeconds: 0.5, maximumSeconds: 60 } };

/**
 * Hands outputs over until the signal fires: those of one instance one after another (a lane), lanes side by side. At
 * least once: what was handed over and not yet struck off when the process died is handed over again, under the same id.
 */
export async function dispatchSagaOutbox(options: SagaOutboxOptions): Promise<void> {
  const { sagaStore, clock, logger, signal, alarm, sagas } = options;
  const lanes = new Map<string, { saga: string; instance: string; done: Promise<void> }>();
  const limited = limitConcurrency(options.concurrency);
  const settle = groupCalls<OutboxOutcome>((outcomes) => sagaStore.settle(outcomes));
  const enqueue = groupCalls<JobToEnqueue>((jobs) => options.enqueue(jobs));

  async function sendCommand(entry: OutboxEntry, command: Command): Promise<OutboxOutcome> {
    const { id, saga, origin } = entry;
    try {
      await limited(() => options.execute({ ...origin, commandId: id, command, actor: `saga:${saga}` }));
      return { id, done: true };
    } catch (error) {
      return whatNow(entry, error);
    }
  }

  async function enqueueJobs(entries: readonly OutboxEntry[]): Promise<OutboxOutcome[]> {
    try {
      await enqueue(entries.flatMap(toJob));
      return entries.map(({ id }) => ({ id, done: true }));
    } catch {
      // Perhaps one job of many is at fault: alone, each gets its own answer.
      const outcomes: OutboxOutcome[] = [];
      for (const entry of entries) {
        const outcome = await options.enqueue(toJob(entry)).then(
          (): OutboxOutcome => ({ id: entry.id, done: true }),
          (error: unknown) => whatNow(entry, error),
        );
        outcomes.push(outcome);
        if ('postponed' in outcome) break;
      }
      return outcomes;
    }
  }

  function whatNow({ id, saga, instance, attempts }: OutboxEntry, error: unknown): OutboxOutcome {
    const message = messageOf(error).replaceAll('\0', '').slice(0, 2000);
    const fields = { saga, instance, outputId: id, attempts: attempts + 1, error: message };
    // A lost race says nothing about the command itself.
    if (isRetryable(error) || error instanceof WrongExpectedRevisionError) {
      const dueAt = addSeconds(clock.now(), backoffSeconds(POLICY, attempts + 1, options.random));
      logger.warn(fields, 'Saga output failed, trying again');
      return { id, postponed: { error: message, dueAt } };
    }
    const code = error instanceof MediaFlowError ? error.code : 'unknown';
    logger.error({ ...fields, code }, 'Saga output refused for good');
    return { id, refused: { code, message, at: clock.now() } };
  }

  async function runLane(entries: readonly OutboxEntry[]): Promise<void> {
    let next = 0;
    while (next < entries.length && !signal.aborted) {
      const rest = entries.slice(next);
      const untilCommand = rest.findIndex(({ body }) => 'send' in body);
      const [entry] = rest;
      const outcomes =
        entry && 'send' in entry.body
          ? [await sendCommand(entry, entry.body.send)]
          : await enqueueJobs(untilCommand < 0 ? rest : rest.slice(0, untilCommand));
      await settle(outcomes);
      if (outcomes.some((outcome) => 'postponed' in outcome)) return;
      next += outcomes.length;
    }
  }

  /** A lane that ends rings, so what found no room is read then. */
  async function startLanes(): Promise<void> {
    const room = LANES - lanes.size;
    if (room <= 0) return;
    const now = clock.now();
    const entries = await sagaStore.outbox({
      sagas,
      now,
      limit: ENTRIES_A_READ,
      except: [...lanes.values()],
    });
    const byLane = Map.groupBy(entries, ({ saga, instance }) => JSON.stringify([saga, instance]));
    for (const [key, laneEntries] of [...byLane].slice(0, room)) {
      const [first] = laneEntries;
      if (!first) continue;
      const done = runLane(laneEntries)
        .catch(async (error: unknown) => {
          logger.warn({ saga: first.saga, error: messageOf(error) }, 'Saga outbox could not be written');
          await clock.sleep(POLL_SECONDS, signal);
        })
        .finally(() => {
          lanes.delete(key);
          alarm.ring();
        });
      lanes.set(key, { saga: first.saga, instance: first.instance, done });
    }
  }

  while (!signal.aborted) {
    try {
      await startLanes();
    } catch (error) {
      if (!signal.aborted) logger.warn({ error: messageOf(error) }, 'Saga outbox could not be read');
    }
    await alarm.wait(POLL_SECONDS);
  }
  await Promise.all([...lanes.values()].map(({ done }) => done));
}

const toJob = ({ id, body, origin }: OutboxEntry): JobToEnqueue[] =>
  'run' in body
    ? [{ ...body.run, id, correlationId: origin.correlationId, causationId: origin.causationId }]
    : [];
