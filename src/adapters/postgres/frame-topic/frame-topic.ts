import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { isRetryable, messageOf } from '../../../core/errors.js';
import {
  type FrameBatch,
  type FrameBounds,
  type FrameTopic,
  type LiveFrame,
  usualFrameBounds,
} from '../../../core/frame-topic.js';
import type { Logger } from '../../../core/logger.js';
import { underOwnSignal } from '../../../core/own-signal.js';
import { tellingTrouble } from '../connection/database-errors.js';
import type { Listener } from '../connection/listener.js';
import { DISCARD, PUBLISH, TAKE } from './statements.js';

const CHANNEL = 'mediaflow_live_frames';
/** What is told while the connection that hears is away is found so. */
const POLL_MILLISECONDS = 5_000;
const TROUBLE_MILLISECONDS = 1_000;

interface TakenRow {
  readonly source_id: string;
  readonly frame: Omit<LiveFrame, 'jpeg'>;
  readonly jpeg: Buffer;
  readonly by_publisher: string | null;
  readonly by_queue: string | null;
}

/**
 * Frames in a table that no log is written of: a crash of the database empties it. Whoever publishes makes room; whoever consumes
 * takes what nobody else is taking, and asks only when it was told that there is something, or for once in a while.
 */
export function createPostgresFrameTopic(options: {
  readonly pool: pg.Pool;
  readonly listener: Pick<Listener, 'listen'>;
  readonly logger: Logger;
  readonly bounds?: FrameBounds;
}): FrameTopic {
  const { pool, listener, logger, bounds = usualFrameBounds } = options;
  const database = tellingTrouble('database_unavailable', pool);
  let woken = Promise.withResolvers<void>();
  let isListening = false;

  function listen(): void {
    if (isListening) return;
    isListening = true;
    const wake = () => woken.resolve();
    listener.listen(CHANNEL, wake, wake);
  }

  async function take(mostFrames: number): Promise<FrameBatch | undefined> {
    const { rows } = await database.query<TakenRow>(TAKE, [mostFrames]);
    const [first] = rows;
    if (!first) return undefined;
    return {
      sourceId: first.source_id,
      frames: rows.map(({ frame, jpeg }) => ({ ...frame, jpeg })),
      dropped: { publisher: Number(first.by_publisher ?? 0), queue: Number(first.by_queue ?? 0) },
    };
  }

  const untilTold = (stopping: AbortSignal): Promise<void> =>
    underOwnSignal(stopping, async (over) => {
      const slept = sleep(POLL_MILLISECONDS, undefined, { signal: over.signal }).catch(() => {});
      await Promise.race([woken.promise, slept]);
      over.abort();
    });

  return {
    async publish(sourceId, frames, droppedBefore) {
      const { rows } = await database.query<{ pushed_out: number }>(PUBLISH, [
        sourceId,
        frames.map(({ jpeg: _, ...frame }) => JSON.stringify(frame)),
        frames.map(({ jpeg }) => Buffer.from(jpeg)),
        droppedBefore,
        bounds.frames,
        bounds.bytes,
        CHANNEL,
      ]);
      return { pushedOut: rows[0]?.pushed_out ?? 0 };
    },

    async consume({ handle, mostFrames, signal }) {
      listen();
      while (!signal.aborted) {
        woken = Promise.withResolvers();
        try {
          const batch = await take(mostFrames);
          if (!batch) {
            await untilTold(signal);
            continue;
          }
          await handle(batch).catch((error: unknown) =>
            logger.error(
              { sourceId: batch.sourceId, error: messageOf(error) },
              'frames could not be looked at',
            ),
          );
        } catch (error) {
          if (!isRetryable(error)) logger.error({ error: messageOf(error) }, 'frames could not be taken');
          await sleep(TROUBLE_MILLISECONDS, undefined, { signal }).catch(() => {});
        }
      }
    },

    async discard(sourceId) {
      await database.query(DISCARD, [sourceId]);
    },

    async close() {},
  };
}
