import type { RunningAttempt } from '../../consuming/attempt.js';
import { type Consumer, createConsumer } from '../../consuming/consumer.js';
import type { Delivery, Fetched } from '../../consuming/delivery.js';
import { createLeases } from '../../consuming/leases.js';
import type { OverlongOptions } from '../../consuming/overlong.js';
import type { Room } from '../../consuming/slots.js';
import { createSuspects } from '../../consuming/suspects.js';
import { conflict } from '../../core/errors.js';
import type { JobPolicy } from '../../core/job.js';
import type { JobConsumer } from '../../core/job-consumer.js';
import type { Logger } from '../../core/logger.js';
import { cancelledIn } from './cancel-jobs.js';
import type { ConnectionHealth } from './connection-health.js';
import type { DeadLetterTable } from './dead-letters.js';
import { attemptIdOf, type FetchedJob, toRunningJob } from './fetched-job.js';
import { groupIn } from './job-groups.js';
import type { JobStatements } from './job-statements.js';
import type { OpenBoss } from './open-boss.js';
import { createPoller } from './poller.js';
import { createSettle } from './settle.js';

export interface Consumers {
  readonly work: JobConsumer['work'];
  /** There may be a job of this kind to fetch. */
  wake(kind: string): void;
  /** Ends those of these jobs that run here: they are cancelled. */
  abortCancelled(ids: readonly string[]): void;
  /** The kinds of the jobs that run. */
  running(): string[];
  readonly stop: (graceSeconds: number) => Promise<void>;
}

/** What one process works on: a consumer a kind, and what they share to fetch jobs, keep their leases and end them. */
export function createConsumers(options: {
  readonly boss: Pick<OpenBoss, 'fetch' | 'listen'>;
  readonly statements: JobStatements;
  readonly deadLetters: Pick<DeadLetterTable, 'bury'>;
  readonly health: ConnectionHealth;
  readonly logger: Logger;
  readonly policyOf: (kind: string) => JobPolicy;
  readonly onError: (error: unknown) => void;
  /** Where other processes tell of jobs they put in or cancelled; null when there are none. */
  readonly channel: string | null;
  readonly pollIntervalSeconds: number;
  readonly abandonAfterSeconds: number;
  readonly overlong: OverlongOptions;
  readonly random: () => number;
}): Consumers {
  const { boss, statements, deadLetters, health, logger, policyOf, onError, channel } = options;
  const { abandonAfterSeconds, overlong, random } = options;
  const consumers = new Map<string, Consumer>();
  const leases = createLeases(statements.renew, onError);
  const closing = new AbortController();
  const settle = createSettle({ statements, deadLetters, logger, giveUp: closing.signal });
  const poller = createPoller({
    statements,
    consumers,
    intervalMs: options.pollIntervalSeconds * 1000,
    leaseSecondsOf: (kind) => policyOf(kind).leaseSeconds,
    health,
    onError,
  });
  const suspects = createSuspects(() => poller.wakeAll());
  let listening: ReturnType<OpenBoss['listen']> | undefined;
  let isStopping = false;

  const toDelivery = (fetched: FetchedJob): Delivery => ({
    job: toRunningJob(fetched),
    isSuspect: groupIn(fetched.groupId).suspect,
    leaseSeconds: fetched.data.leaseSeconds ?? policyOf(fetched.name).leaseSeconds,
    giveBack: () => settle(attemptIdOf(fetched), { beforeFetch: fetched.transaction }),
    markLong: () => statements.markLong(attemptIdOf(fetched)).then(() => {}, onError),
  });

  async function fetch(kind: string, room: Room): Promise<Fetched> {
    try {
      await leases.catchUp();
      const { taken, doubtful = [] } = await boss.fetch(kind, room);
      return { taken: taken.map(toDelivery), doubtful: doubtful.map(toDelivery) };
    } catch (error) {
      onError(error);
      return { taken: [] };
    }
  }

  async function see(attempt: RunningAttempt, leaseSeconds: number) {
    const letGo = leases.hold(attempt, leaseSeconds);
    try {
      const { kind, id, attempt: number } = attempt.job;
      await settle({ kind, id, attempt: number }, await attempt.settlement);
    } finally {
      letGo();
    }
  }

  const wake = (kind: string) => consumers.get(kind)?.wake();

  function abortCancelled(ids: readonly string[]) {
    for (const { running } of consumers.values())
      for (const attempt of running) if (ids.includes(attempt.job.id)) attempt.abort('cancelled');
  }

  const running = () =>
    [...consumers.values()].flatMap(({ kind, running }) => Array.from(running, () => kind));

  function hear(message: string) {
    const cancelled = cancelledIn(message);
    if (cancelled) abortCancelled([cancelled]);
    else wake(message);
  }

  async function work(...[kind, { concurrency, policy }, handler]: Parameters<JobConsumer['work']>) {
    policyOf(kind);
    if (isStopping) throw conflict('job_queue_stopped', 'The job queue is stopping');
    if (consumers.has(kind)) {
      throw conflict('job_kind_taken', `There is a handler for ${kind} already`, { kind });
    }
    const consumer = createConsumer({
      ...{ kind, concurrency, policy, handler, abandonAfterSeconds, random, suspects, see, overlong },
      fetch: (room) => fetch(kind, room),
    });
    consumers.set(kind, consumer);
    if (channel !== null) {
      listening ??= boss.listen(channel, hear, () => poller.wakeAll());
      await listening;
    }
    poller.start();
    consumer.wake();
  }

  async function stop(graceSeconds: number) {
    isStopping = true;
    const all = [...consumers.values()];
    await poller.stop();
    await Promise.all(all.map((consumer) => consumer.close()));
    await (await listening)?.close();
    const abort = setTimeout(() => {
      for (const { running } of all) for (const attempt of running) attempt.abort('shutting_down');
    }, graceSeconds * 1000);
    // With the database away there is nothing to write to: the leases tell the others.
    const giveUp = setTimeout(() => closing.abort(), (graceSeconds + abandonAfterSeconds + 2) * 1000);
    await Promise.all(all.map((consumer) => consumer.drained()));
    clearTimeout(abort);
    clearTimeout(giveUp);
    leases.stop();
  }

  return { work, wake, abortCancelled, running, stop };
}
