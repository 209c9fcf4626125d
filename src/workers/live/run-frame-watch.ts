import type { FrameTopic } from '../../core/frame-topic.js';
import { createFrameWatch, type FrameWatchDependencies } from './watch-frames.js';

/** As many as models look at in about a second. */
const MOST_FRAMES = 8;
const TELL_SECONDS = 1;

/** Looks at the frames of a topic until the signal fires, and tells then of what is left. Never rejects. */
export async function runFrameWatch({
  topic,
  sleep,
  ...dependencies
}: FrameWatchDependencies & {
  readonly topic: FrameTopic;
  readonly sleep: (seconds: number, signal: AbortSignal) => Promise<void>;
}): Promise<void> {
  const { signal } = dependencies;
  const watch = createFrameWatch(dependencies);
  async function keepTelling(): Promise<void> {
    while (!signal.aborted) {
      await sleep(TELL_SECONDS, signal);
      await watch.tellDue();
    }
  }
  await Promise.all([topic.consume({ handle: watch.look, mostFrames: MOST_FRAMES, signal }), keepTelling()]);
  await watch.tellAll();
}
