import { MediaFlowError } from '../../core/errors.js';
import { tooLarge } from './beyond-limits.js';
import { residentBytes, workDone } from './process-group.js';
import { createStallWatch } from './stall-watch.js';
import type { ToolOutput } from './tool-output.js';
import type { ToolRun } from './tool-run.js';

const checkMilliseconds = 500;

/** Looks from time to time at the limits that no event tells of, until the answer is called. */
export function watchTool(
  toolProcessId: () => number,
  run: ToolRun,
  output: ToolOutput,
  { stop, timeIsUp }: { readonly stop: (error: unknown) => void; readonly timeIsUp: () => void },
): () => void {
  const nowSeconds = () => performance.now() / 1000;
  const startedAtSeconds = nowSeconds();
  const whyStalled = createStallWatch(run.stallSeconds, startedAtSeconds);
  let isOver = false;
  const timer = setInterval(async () => {
    const processId = toolProcessId();
    if (nowSeconds() - startedAtSeconds > run.wallClockSeconds) timeIsUp();
    const [{ cpuSeconds, readBytes }, memoryBytes = 0] = await Promise.all([
      workDone(processId),
      residentBytes(processId),
    ]);
    // It may have ended meanwhile, and its number may soon be somebody else's.
    if (isOver) return;
    // What nobody may look at counts as reading while it computes; the wall clock ends it all the same.
    const moved = [output.outTimeSeconds, output.frames, output.stdoutBytes, readBytes ?? cpuSeconds];
    const why = whyStalled({ moved, cpuSeconds }, nowSeconds());
    if (why)
      stop(
        why.isBusy
          ? tooLarge('ffmpeg_stalled', `${run.tool} ${why.what}.`)
          : new MediaFlowError('internal', 'ffmpeg_stalled', `${run.tool} ${why.what}.`),
      );
    if (memoryBytes > run.maximumMemoryBytes)
      stop(tooLarge('ffmpeg_memory_exceeded', `${run.tool} needed too much memory for it.`));
  }, checkMilliseconds);
  return () => {
    isOver = true;
    clearInterval(timer);
  };
}
