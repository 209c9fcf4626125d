import { setTimeout as delay } from 'node:timers/promises';
import type { EachBatchPayload } from 'kafkajs';
import { openClient } from '../connection/open-client.js';
import type { KafkaSettings } from '../connection/settings.js';
import { type AdmissionPumpOptions, createAdmissionPump, READ_AHEAD_RECORDS } from './admission-pump.js';
import type { AdmissionTrouble } from './admission-trouble.js';
import { createJobLines, type JobLines } from './job-lines.js';
import { jobIn, writtenAt } from './job-records.js';

export interface AdmitJobsOptions extends AdmissionPumpOptions {
  readonly settings: KafkaSettings;
  readonly topics: { readonly short: string; readonly long: string };
  readonly groupId: string;
  readonly trouble: AdmissionTrouble;
  readonly signal: AbortSignal;
  /** A member that has not been heard of for so long loses its partitions (default 10). */
  readonly sessionSeconds?: number;
  /**
   * One that has neither fetched nor joined for so long is opened anew (default 30): longer than a member that was lost keeps
   * the others from joining.
   */
  readonly stalledAfterSeconds?: number;
}

const FETCH_MILLISECONDS = 1_000;
const AGAIN_MILLISECONDS = 1_000;

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
  const pump = createAdmissionPump(client, lines, options, over.signal);
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
    const enqueuedAt = writtenAt(timestamp, Date.now());
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
