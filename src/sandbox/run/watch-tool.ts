import { MediaFlowError } from '../../core/errors.js';
import { tooLarge } from './beyond-limits.js';
import { createFolderWatch } from './folder-watch.js';
import { workDone } from './process-group.js';
import { mostProcesses, watchDescendants } from './process-tree.js';
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
  const { name, codes } = run.tool;
  const nowSeconds = () => performance.now() / 1000;
  const startedAtSeconds = nowSeconds();
  const whyStalled = createStallWatch(run.stallSeconds, startedAtSeconds);
  const descendants = watchDescendants();
  const whyFull =
    run.workFolder !== undefined && run.folderLimits
      ? createFolderWatch(run.workFolder, run.folderLimits, codes)
      : undefined;
  let isOver = false;

  async function look(): Promise<void> {
    const processId = toolProcessId();
    if (nowSeconds() - startedAtSeconds > run.wallClockSeconds) timeIsUp();
    const [{ cpuSeconds, readBytes }, { memoryBytes, processes }] = await Promise.all([
      workDone(processId),
      descendants.look(processId),
    ]);
    // It may have ended meanwhile, and its number may soon be somebody else's.
    if (isOver) return;
    // What nobody may look at counts as reading while it computes; the wall clock ends it all the same.
    const moved = [...(run.signsOfLife?.() ?? []), output.stdoutBytes, readBytes ?? cpuSeconds];
    const why = whyStalled({ moved, cpuSeconds }, nowSeconds());
    if (why)
      stop(
        why.isBusy
          ? tooLarge(codes.stalled, `${name} ${why.what}.`)
          : new MediaFlowError('internal', codes.stalled, `${name} ${why.what}.`),
      );
    if (memoryBytes > run.maximumMemoryBytes)
      stop(tooLarge(codes.memory, `${name} needed too much memory for it.`));
    if (processes > mostProcesses) stop(tooLarge(codes.processes, `${name} started processes without end.`));
  }

  async function lookAtFolder(): Promise<void> {
    const error = await whyFull?.();
    if (error && !isOver) stop(error);
  }

  const endLooks = [look, lookAtFolder].map((task) => repeatedly(task, checkMilliseconds));
  return () => {
    if (isOver) return;
    isOver = true;
    for (const endLook of endLooks) endLook();
    void descendants.end();
  };
}

/** Again and again with a pause between, and never twice at once. One that fails is made again. */
function repeatedly(task: () => Promise<void>, pauseMilliseconds: number): () => void {
  let isBusy = false;
  const timer = setInterval(() => {
    if (isBusy) return;
    isBusy = true;
    task()
      .catch(() => {})
      .finally(() => {
        isBusy = false;
      });
  }, pauseMilliseconds);
  return () => clearInterval(timer);
}
