import { setTimeout as delay } from 'node:timers/promises';
import type { Consumer, EachBatchPayload } from 'kafkajs';
import { isPassing, messageOf } from '../../../core/errors.js';
import type { BacklogPosition, JobAdmission } from '../../../core/job-admission.js';
import type { Logger } from '../../../core/logger.js';
import { openClient } from '../connection/open-client.js';
import type { KafkaSettings } from '../connection/settings.js';
import type { AdmissionTrouble } from './admission-trouble.js';
import { createJobLines, type JobLines } from './job-lines.js';
import { jobIn } from './job-records.js';

export interface AdmitJobsOptions {
  readonly settings: KafkaSettings;
  readonly kind: string;
  readonly topics: { readonly short: string; readonly long: string };
  readonly groupId: string;
  readonly admission: Pick<JobAdmission, 'room' | 'admit'>;
  /** Lets go of what was admitted. */
  removeBefore(reached: readonly BacklogPosition[]): Promise<void>;
  readonly trouble: AdmissionTrouble;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** A member that has not been heard of for so long loses its partitions (default 10). */
  readonly sessionSeconds?: number;
  /**
   * One that has neither fetched nor joined for so long is opened anew (default 30): longer than a member that was lost keeps
   * the others from joining.
   */
  readonly stalledAfterSeconds?: number;
}

/** So many records are read ahead of a partition; then it is paused until half of them are admitted. */
const READ_AHEAD_RECORDS = 2_000;
const FETCH_MILLISECONDS = 1_000;
const NO_ROOM_MILLISECONDS = 250;
const AGAIN_MILLISECONDS = 1_000;
const REMOVE_MILLISECONDS = 60_000;

/**
 * Brings jobs of one kind from their topics into the queue, as a member of the kind's consumer group, until the signal fires.
 * Whoever has a partition reads ahead, and admits as the queue has room. What two members admit, as one takes over from
 * another that has not heard of it, is there once. Never rejects.
 */
export async function admitJobs(options: AdmitJobsOptions): Promise<void> {
  const { kind, trouble, signal } = options;
  while (!signal.aborted) {
    try {
      await admitAsMember(options, () => trouble.succeeded(kind));
    } catch (error) {
      if (signal.aborted) return;
      trouble.failed(kind, error);
      await delay(AGAIN_MILLISECONDS, undefined, { signal }).catch(() => {});
    }
  }
}

async function admitAsMember(options: AdmitJobsOptions, onJoined: () => void): Promise<void> {
  const { settings, logger, topics, signal, sessionSeconds = 10, stalledAfterSeconds = 30 } = options;
  const { client, close } = await openClient({
    ...{ settings, logger },
    make: (kafka) =>
      kafka.consumer({
        groupId: options.groupId,
        sessionTimeout: sessionSeconds * 1_000,
        heartbeatInterval: sessionSeconds * 200,
        rebalanceTimeout: sessionSeconds * 1_000,
        maxWaitTimeInMs: FETCH_MILLISECONDS,
        maxBytesPerPartition: 262_144,
        allowAutoTopicCreation: false,
        // One loop tries again: ours.
        retry: {
          initialRetryTime: 100,
          maxRetryTime: 2_000,
          retries: 5,
          restartOnFailure: async () => false,
        },
      }),
  });
  const lines = createJobLines((topic) => topic === topics.long);
  const over = new AbortController();
  const pump = createPump(client, lines, options, over.signal);
  const ended = Promise.withResolvers<never>();
  const onAbort = () => ended.reject(signal.reason);
  signal.addEventListener('abort', onAbort);
  let seenAt = performance.now();
  const seen = () => {
    seenAt = performance.now();
  };
  const watchdog = setInterval(() => {
    const silentSeconds = (performance.now() - seenAt) / 1_000;
    if (silentSeconds > stalledAfterSeconds)
      ended.reject(new Error(`the consumer has stalled for ${Math.round(silentSeconds)} s`));
  }, 1_000);
  const pumping = pump.run();
  try {
    signal.throwIfAborted();
    client.on(client.events.FETCH, seen);
    client.on(client.events.CRASH, ({ payload }) => ended.reject(payload.error));
    client.on(client.events.GROUP_JOIN, () => {
      seen();
      onJoined();
      // What was read ahead and not committed is read again, by whoever has it now.
      lines.clear();
      client.resume([{ topic: topics.short }, { topic: topics.long }]);
    });
    await client.subscribe({ topics: [topics.short, topics.long], fromBeginning: true });
    const consuming = client.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 64,
      eachBatch: async (payload) => {
        readAhead(payload, lines, options);
        pump.wake();
      },
    });
    consuming.catch(ended.reject);
    await ended.promise;
  } finally {
    clearInterval(watchdog);
    signal.removeEventListener('abort', onAbort);
    over.abort();
    pump.wake();
    // It may wait for an answer that only comes when its connections are cut.
    await close();
    await pumping;
  }
}

/** All that happens inside kafkajs's own loop. */
function readAhead(
  { batch, resolveOffset, pause }: EachBatchPayload,
  lines: JobLines,
  { kind, logger }: AdmitJobsOptions,
): void {
  const place = { topic: batch.topic, partition: batch.partition };
  const records = batch.messages.map(({ offset: text, value, timestamp }) => {
    const offset = Number(text);
    const sent = jobIn(value, kind);
    if (!sent) logger.error({ ...place, offset, kind }, 'a record that is no job of its kind is passed over');
    const enqueuedAt = new Date(Number(timestamp)).toISOString();
    return {
      offset,
      sentAt: sent?.sentAt ?? 0,
      job: sent && { ...place, offset, enqueuedAt, job: sent.job },
    };
  });
  lines.put(place, records);
  resolveOffset(batch.lastOffset());
  if (lines.length(place) >= READ_AHEAD_RECORDS) pause();
}

/** Admits what was read ahead until the signal fires. */
function createPump(client: Consumer, lines: JobLines, options: AdmitJobsOptions, over: AbortSignal) {
  const { kind, admission, logger } = options;
  const unremoved = new Map<string, BacklogPosition>();
  let woken = Promise.withResolvers<void>();
  let removedAt = performance.now();

  const pause = (milliseconds: number) => delay(milliseconds, undefined, { signal: over }).catch(() => {});

  async function admitNext(): Promise<boolean> {
    const { jobs, reached } = lines.next(await admission.room(kind));
    if (reached.length === 0) return false;
    await admission.admit(jobs, reached);
    lines.drop(reached);
    for (const place of reached) {
      unremoved.set(`${place.topic}:${place.partition}`, place);
      if (lines.length(place) < READ_AHEAD_RECORDS / 2)
        client.resume([{ topic: place.topic, partitions: [place.partition] }]);
    }
    await client
      .commitOffsets(
        reached.map(({ topic, partition, nextOffset }) => ({ topic, partition, offset: String(nextOffset) })),
      )
      // Whoever has the partition now admits the same again.
      .catch((error: unknown) => logger.debug({ kind, error: messageOf(error) }, 'offsets not committed'));
    return true;
  }

  async function removeAdmitted(): Promise<void> {
    if (unremoved.size === 0 || performance.now() - removedAt < REMOVE_MILLISECONDS) return;
    removedAt = performance.now();
    const reached = [...unremoved.values()];
    unremoved.clear();
    await options
      .removeBefore(reached)
      .catch((error: unknown) =>
        logger.warn(
          { kind, error: messageOf(error) },
          'jobs that were admitted could not be removed from Kafka',
        ),
      );
  }

  async function untilFilled(): Promise<void> {
    while (lines.isEmpty() && !over.aborted) {
      await woken.promise;
      woken = Promise.withResolvers();
      // Batches of one fetch come one after another: they are admitted together, in the order in which they were sent.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  return {
    wake: () => woken.resolve(),
    /** Never rejects. */
    async run(): Promise<void> {
      for (;;) {
        await untilFilled();
        if (over.aborted) return;
        try {
          if (!(await admitNext())) await pause(NO_ROOM_MILLISECONDS);
        } catch (error) {
          if (!isPassing(error))
            logger.error({ kind, error: messageOf(error) }, 'jobs could not be admitted');
          await pause(AGAIN_MILLISECONDS);
        }
        await removeAdmitted();
      }
    },
  };
}
