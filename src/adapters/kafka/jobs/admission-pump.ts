import { setTimeout as delay } from 'node:timers/promises';
import type { Consumer } from 'kafkajs';
import { isPassing, MediaFlowError, messageOf } from '../../../core/errors.js';
import type { BacklogJob, BacklogPosition, JobAdmission } from '../../../core/job-admission.js';
import type { Logger } from '../../../core/logger.js';
import type { JobLines } from './job-lines.js';

export interface AdmissionPumpOptions {
  readonly kind: string;
  readonly admission: Pick<JobAdmission, 'room' | 'admit'>;
  /** Lets go of what was admitted. */
  removeBefore(reached: readonly BacklogPosition[]): Promise<void>;
  /** How long after a job was admitted that is done at the latest, for all that were admitted by then. */
  readonly removeAfterMilliseconds?: number;
  readonly logger: Logger;
}

/** So many records are read ahead of a partition; then it is paused until half of them are admitted. */
export const READ_AHEAD_RECORDS = 2_000;
const NO_ROOM_MILLISECONDS = 250;
const AGAIN_MILLISECONDS = 1_000;
const REMOVE_MILLISECONDS = 60_000;

/** Admits what one member has read ahead until the signal fires. */
export function createAdmissionPump(
  client: Consumer,
  lines: JobLines,
  options: AdmissionPumpOptions,
  over: AbortSignal,
) {
  const { kind, admission, logger } = options;
  const unremoved = new Map<string, BacklogPosition>();
  let woken = Promise.withResolvers<void>();
  let removal: NodeJS.Timeout | undefined;

  const pause = (milliseconds: number) => delay(milliseconds, undefined, { signal: over }).catch(() => {});

  async function admitNext(): Promise<boolean> {
    const { jobs, reached } = lines.next(await admission.room(kind));
    if (reached.length === 0) return false;
    await admit(jobs, reached);
    lines.drop(reached);
    for (const place of reached) {
      unremoved.set(`${place.topic}:${place.partition}`, place);
      if (lines.length(place) < READ_AHEAD_RECORDS / 2)
        client.resume([{ topic: place.topic, partitions: [place.partition] }]);
    }
    removal ??= setTimeout(
      () => void removeAdmitted(),
      options.removeAfterMilliseconds ?? REMOVE_MILLISECONDS,
    );
    await client
      .commitOffsets(
        reached.map(({ topic, partition, nextOffset }) => ({ topic, partition, offset: String(nextOffset) })),
      )
      // Whoever has the partition now admits the same again.
      .catch((error: unknown) => logger.debug({ kind, error: messageOf(error) }, 'offsets not committed'));
    return true;
  }

  /** One that nobody can keep must not hold up all behind it: then each is admitted by itself, and that one passed over. */
  async function admit(jobs: readonly BacklogJob[], reached: readonly BacklogPosition[]): Promise<void> {
    try {
      return await admission.admit(jobs, reached);
    } catch (error) {
      if (!isUnstorable(error)) throw error;
    }
    for (const job of jobs) {
      const { topic, partition, offset } = job;
      try {
        await admission.admit([job], [{ topic, partition, nextOffset: offset + 1 }]);
      } catch (error) {
        if (!isUnstorable(error)) throw error;
        const place = { topic, partition, offset };
        logger.error({ ...place, kind }, 'a job that its queue cannot keep is passed over');
      }
    }
    await admission.admit([], reached);
  }

  async function removeAdmitted(): Promise<void> {
    removal = undefined;
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
        if (over.aborted) return clearTimeout(removal);
        try {
          if (!(await admitNext())) await pause(NO_ROOM_MILLISECONDS);
        } catch (error) {
          if (!isPassing(error))
            logger.error({ kind, error: messageOf(error) }, 'jobs could not be admitted');
          await pause(AGAIN_MILLISECONDS);
        }
      }
    },
  };
}

const isUnstorable = (error: unknown): boolean =>
  error instanceof MediaFlowError && error.code === 'unstorable_job';
