import { type ChildProcess, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import { unavailable } from '../../core/errors.js';
import { tooLarge } from './beyond-limits.js';
import { endOfChild } from './end-of-child.js';
import { lowerPriority } from './lower-priority.js';
import { endWithUs, signalGroup, signalProcess } from './process-group.js';
import { endInside, whenTold } from './sandbox/child-of-bwrap.js';
import { collectOutput } from './tool-output.js';
import type { ToolResult, ToolRun } from './tool-run.js';
import { watchTool } from './watch-tool.js';

const graceMilliseconds = 2000;

/** ffmpeg gets nothing of our environment: it holds secrets, and FFREPORT would write files. */
const environment = {
  PATH: process.env.PATH ?? '',
  LC_ALL: 'C',
  AV_LOG_FORCE_NOCOLOR: '1',
  // Statically linked builds crash when they load the system's character set modules (MPEG-TS service names).
  GCONV_PATH: '/nonexistent',
};

/**
 * Runs a tool to its end in a process group of its own: no shell, no input, low priority, under limits of time, memory
 * and output, and never outliving this process. Progress comes in when the arguments hold `-progress pipe:3`.
 * Resolves with any exit code. Throws the signal's reason when aborted, `ffmpeg_missing`, `ffmpeg_stalled`,
 * `ffmpeg_timeout`, `ffmpeg_memory_exceeded` or `ffmpeg_output_too_large`; only after the group is gone.
 */
export async function runTool(run: ToolRun): Promise<ToolResult> {
  run.signal.throwIfAborted();
  const child = spawn(run.path, run.arguments, {
    cwd: run.workFolder ?? '/',
    env: environment,
    detached: true,
    stdio: [
      run.inputDescriptor ?? 'ignore',
      ...(['pipe', 'pipe', 'pipe'] as const),
      run.isChild ? 'pipe' : 'ignore',
      run.callFilter ? 'pipe' : 'ignore',
      run.toolDescriptor ?? 'ignore',
    ],
  });
  // From here until 'close' nothing may await, or an event could pass unheard.
  const processId = child.pid;
  if (processId === undefined) return failedToStart(child, run);
  void lowerPriority(processId);
  const guard = endWithUs(processId);
  let toolId = run.isChild ? undefined : processId;
  let isEnding = false;
  let hasExited = false;
  if (run.isChild)
    whenTold(child, (id) => {
      toolId = id;
      guard.alsoEnds(id);
      if (isEnding) signalProcess(id, 'SIGTERM');
    });

  if (run.callFilter) handOver((child.stdio as readonly unknown[])[5] as Writable, run.callFilter);

  let verdict: { readonly error: unknown } | undefined;
  let isPart = false;
  let killTimer: NodeJS.Timeout | undefined;
  const kill = () => {
    // A tool may have left the group; while who waits for it is there, nobody else has its number.
    if (toolId !== undefined && !hasExited) signalProcess(toolId, 'SIGKILL');
    signalGroup(processId, 'SIGKILL');
  };
  const end = () => {
    // ffmpeg tidies up on SIGTERM; one that hangs does not listen. What it was started by would not wait for it.
    isEnding = true;
    if (hasExited) return;
    if (toolId !== undefined) signalProcess(toolId, 'SIGTERM');
    killTimer ??= setTimeout(kill, graceMilliseconds);
  };
  const stop = (error: unknown) => {
    if (verdict) return;
    verdict = { error };
    end();
  };
  const timeIsUp = () => {
    if (!run.partIsEnough)
      return stop(tooLarge('ffmpeg_timeout', `${run.tool} did not end within ${run.wallClockSeconds} s.`));
    if (isPart) return;
    isPart = true;
    end();
  };

  const output = collectOutput(child, run, stop);
  const endWatch = watchTool(() => toolId ?? processId, run, output, { stop, timeIsUp });
  const onAbort = () => stop(run.signal.reason);
  run.signal.addEventListener('abort', onAbort, { once: true });

  try {
    const end = await endOfChild(child, () => {
      hasExited = true;
      endWatch();
      signalGroup(processId, 'SIGKILL');
    });
    const { exitCode, signal } = run.isChild ? endInside(end, output.stderr) : end;
    if (verdict) throw verdict.error;
    if (signal === 'SIGXFSZ')
      throw tooLarge('ffmpeg_output_too_large', `${run.tool} wrote a larger file than it may.`);
    return {
      exitCode,
      endSignal: signal,
      isPart,
      stdout: Buffer.concat(output.stdout),
      stderr: output.stderr,
      outTimeSeconds: output.outTimeSeconds,
      frames: output.frames,
    };
  } finally {
    run.signal.removeEventListener('abort', onAbort);
    endWatch();
    clearTimeout(killTimer);
    signalGroup(processId, 'SIGKILL');
    guard.release();
  }
}

/** Whoever does not take it says why on its own. */
function handOver(pipe: Writable, bytes: Uint8Array): void {
  pipe.on('error', () => {}).end(bytes);
}

async function failedToStart(child: ChildProcess, run: ToolRun): Promise<never> {
  const cause = await new Promise((resolve) => child.once('error', resolve));
  throw unavailable('ffmpeg_missing', `${run.tool} could not be started.`, { tool: run.tool }, cause);
}
