import type { AdmittingJobQueue, BacklogPosition } from '../../../core/job-admission.js';
import type { JobQueue } from '../../../core/job-queue.js';
import type { Logger } from '../../../core/logger.js';
import { shareAnswer } from '../../../core/share-answer.js';
import type { KafkaSettings } from '../connection/settings.js';
import { JOB_LENGTHS, jobTopic, topicName } from '../topics/topic-table.js';
import { createAdmissionTrouble } from './admission-trouble.js';
import { type AdmitJobsOptions, admitJobs } from './admit-jobs.js';
import { openJobBacklog, type PartitionEnds } from './job-backlog.js';

export interface KafkaJobQueueOptions
  extends Pick<AdmitJobsOptions, 'sessionSeconds' | 'stalledAfterSeconds'> {
  readonly settings: KafkaSettings;
  readonly prefix: string;
  /** Every kind of job there is; the topics of each exist. */
  readonly kinds: readonly string[];
  /** Where jobs are admitted to, tried and ended; closed with this one. */
  readonly queue: AdmittingJobQueue;
  readonly logger: Logger;
}

/**
 * A job queue whose backlog lies in Kafka. A job is sent to the topic of its kind and length, key by key in order; those who
 * work on a kind admit its jobs to the queue behind, as far as that has room, and take them from there.
 */
export function createKafkaJobQueue(options: KafkaJobQueueOptions): JobQueue {
  const { settings, prefix, kinds, queue, logger } = options;
  const backlog = openJobBacklog({ settings, prefix, logger });
  const topicsOf = (kind: string) => JOB_LENGTHS.map((length) => topicName(prefix, jobTopic(kind, length)));
  const topics = kinds.flatMap(topicsOf);
  const stopped = new AbortController();
  const admitting: Promise<void>[] = [];
  const trouble = createAdmissionTrouble(logger);
  let stopping: Promise<void> | undefined;
  const look = shareAnswer(
    async () => {
      const { depths, admitted } = await queue.standing(topics);
      // In this order: what is admitted meanwhile is counted once, as what it was.
      const ends = await backlog.ends(topics);
      return { depths, lines: ends.map((end) => lineOf(end, admitted)) };
    },
    { maximumAgeMilliseconds: 0, now: () => performance.now() },
  );
  const lengthOf = (lines: readonly Line[], kind: string) =>
    lines.reduce((sum, { topic, length }) => sum + (topicsOf(kind).includes(topic) ? length : 0), 0);

  async function stop(graceSeconds: number): Promise<void> {
    stopped.abort();
    await Promise.all([queue.stop({ graceSeconds }), ...admitting]);
    await backlog.close();
  }

  return {
    ...queue,
    async enqueue(jobs) {
      if (jobs.length === 0) return;
      const known = await queue.known(jobs);
      const unknown = jobs.filter(({ id }) => !known.has(id));
      if (unknown.length > 0) await backlog.send(unknown);
    },

    async cancel(cancellation) {
      const ends = await backlog.endsOf(cancellation.key, cancellation.kinds.flatMap(topicsOf));
      const withJobs = ends.filter(({ firstOffset, endOffset }) => endOffset > firstOffset);
      await queue.cancelBefore(
        withJobs.map(({ topic, partition, endOffset: nextOffset }) => ({ topic, partition, nextOffset })),
        cancellation,
      );
    },

    async work(kind, ...rest) {
      await queue.work(kind, ...rest);
      const { sessionSeconds, stalledAfterSeconds } = options;
      const [short = '', long = ''] = topicsOf(kind);
      admitting.push(
        admitJobs({
          ...{ settings, logger, kind, topics: { short, long }, signal: stopped.signal, admission: queue },
          ...(sessionSeconds !== undefined && { sessionSeconds }),
          ...(stalledAfterSeconds !== undefined && { stalledAfterSeconds }),
          groupId: `${prefix}.jobs.${kind}`,
          ...{ removeBefore: backlog.removeBefore, trouble },
        }),
      );
    },

    async depth() {
      const { depths, lines } = await look({ fresh: true });
      return depths.map(({ kind, waiting, active }) => ({
        ...{ kind, active },
        waiting: waiting + lengthOf(lines, kind),
      }));
    },

    async waits() {
      const [waits, { lines }] = await Promise.all([queue.waits(), look({ fresh: true })]);
      return Promise.all(
        waits.map(async ({ kind, seconds }) => {
          const ofKind = lines.filter((line) => line.length > 0 && topicsOf(kind).includes(line.topic));
          const writtenAt = await Promise.all(ofKind.map(backlog.writtenAt));
          const sinceSeconds = writtenAt.map((at) => (Date.now() - at) / 1_000);
          return { kind, seconds: Math.max(seconds, ...sinceSeconds) };
        }),
      );
    },

    async backlog() {
      const { lines } = await look({ fresh: true });
      return kinds.map((kind) => ({ kind, jobs: lengthOf(lines, kind) }));
    },

    stop({ graceSeconds }) {
      stopping ??= stop(graceSeconds);
      return stopping;
    },
  };
}

/** What lies in a partition and was not admitted. */
interface Line extends BacklogPosition {
  readonly length: number;
}

function lineOf(
  { topic, partition, firstOffset, endOffset }: PartitionEnds,
  admitted: readonly BacklogPosition[],
): Line {
  const position = admitted.find((place) => place.topic === topic && place.partition === partition);
  const reached = position?.nextOffset ?? 0;
  // Beyond the end it was in another topic of this name.
  const nextOffset = reached > endOffset ? firstOffset : Math.max(firstOffset, reached);
  return { topic, partition, nextOffset, length: endOffset - nextOffset };
}
