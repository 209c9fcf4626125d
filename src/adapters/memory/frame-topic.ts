import { messageOf } from '../../core/errors.js';
import {
  type FrameBounds,
  type FrameTopic,
  type LiveFrame,
  tooMany,
  usualFrameBounds,
} from '../../core/frame-topic.js';
import type { Logger } from '../../core/logger.js';

interface Line {
  frames: LiveFrame[];
  publisher: number;
  queue: number;
}

/** Frames in memory, for one process and for tests. */
export function createMemoryFrameTopic({
  logger,
  bounds = usualFrameBounds,
}: {
  readonly logger: Logger;
  readonly bounds?: FrameBounds;
}): FrameTopic {
  const lines = new Map<string, Line>();
  const waiting = new Set<() => void>();
  const wake = () => {
    for (const each of waiting) each();
    waiting.clear();
  };
  const isFilled = ({ frames, publisher, queue }: Line) => frames.length > 0 || publisher + queue > 0;

  return {
    async publish(sourceId, frames, droppedBefore) {
      const line = lines.get(sourceId) ?? { frames: [], publisher: 0, queue: 0 };
      lines.set(sourceId, line);
      line.frames.push(...frames);
      line.publisher += droppedBefore;
      const pushedOut = tooMany(
        line.frames.map(({ jpeg }) => jpeg.length),
        bounds,
      );
      line.frames.splice(0, pushedOut);
      line.queue += pushedOut;
      wake();
      return { pushedOut };
    },

    async consume({ handle, mostFrames, signal }) {
      signal.addEventListener('abort', wake);
      while (!signal.aborted) {
        const [sourceId, line] = [...lines].find(([, each]) => isFilled(each)) ?? [];
        if (sourceId === undefined || !line) {
          await new Promise<void>((resolve) => waiting.add(resolve));
          continue;
        }
        const { publisher, queue } = line;
        const frames = line.frames.splice(0, mostFrames);
        [line.publisher, line.queue] = [0, 0];
        // The next one to be served is another, where there is one.
        lines.delete(sourceId);
        if (isFilled(line)) lines.set(sourceId, line);
        await handle({ sourceId, frames, dropped: { publisher, queue } }).catch((error: unknown) =>
          logger.error({ sourceId, error: messageOf(error) }, 'frames could not be looked at'),
        );
      }
      signal.removeEventListener('abort', wake);
    },

    async discard(sourceId) {
      lines.delete(sourceId);
    },

    async close() {},
  };
}
