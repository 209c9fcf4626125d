import { type ChildProcess, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import { unavailable } from '../../core/errors.js';
import { endInside, whenTold } from '../child-of-bwrap.js';
import { tooLarge } from './beyond-limits.js';
import { endOfChild } from './end-of-child.js';
import { lowerPriority } from './lower-priority.js';
import { endWithUs, signalGroup, signalProcess } from './process-group.js';
import { collectOutput } from './tool-output.js';
import type { ToolResult, ToolRun } from './tool-run.js';
import { watchTool } from './watch-tool.js';

const graceMilliseconds = 2000;

/**
 * Runs a tool to its end in a process group of its own: no shell, no input of ours but what it is given, low priority,
 * under limits of time, memory and output, and never outliving this process. Resolves with any exit code. Throws the
 * signal's reason when aborted, or what the tool's codes call the limit it went beyond; only after the group is gone.
 */
export async function runGuarded(run: ToolRun): Promise<ToolResult> {
  run.signal.throwIfAborted();
  const child = spawn(run.path, run.arguments, {
    cwd: run.workFolder ?? '/',
    env: run.tool.environment,
    detached: true,
    stdio: [
      run.onStart ? 'pipe' : (run.inputDescriptor ?? 'ignore'),
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

  if (run.onStart && child.stdin) run.onStart(child.stdin);
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
    // A tool tidies up on SIGTERM; one that hangs does not listen. What it was started by would not wait for it.
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
      return stop(
        tooLarge(run.tool.codes.timeout, `${run.tool.name} did not end within ${run.wallClockSeconds} s.`),
      );
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
      throw tooLarge(run.tool.codes.output, `${run.tool.name} wrote a larger file than it may.`);
    return {
      exitCode,
      endSignal: signal,
      isPart,
      stdout: Buffer.concat(output.stdout),
      stderr: output.stderr,
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
  const { name, codes } = run.tool;
  throw unavailable(codes.missing, `${name} could not be started.`, { tool: name }, cause);
}
