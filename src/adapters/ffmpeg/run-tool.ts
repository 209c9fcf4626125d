import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { MediaFlowError, unavailable } from '../../core/errors.js';
import { endWithUs, lowerPriority, residentBytes, signalGroup, workDone } from './process-group.js';
import { createProgressReader, type ToolProgress } from './progress.js';
import { createStallWatch } from './stall-watch.js';

export interface ToolRun {
  readonly tool: 'ffmpeg' | 'ffprobe';
  readonly path: string;
  readonly arguments: readonly string[];
  /** Where relative output names land. */
  readonly workFolder?: string;
  readonly signal: AbortSignal;
  readonly wallClockSeconds: number;
  /** At the end of its wall clock it is asked to end, and what it wrote by then is its result. */
  readonly partIsEnough?: boolean;
  /** Killed when for this long nothing shows that it is at work, see `createStallWatch`. */
  readonly stallSeconds: number;
  readonly maximumMemoryBytes: number;
  readonly maximumOutputBytes: number;
  /** Takes what is written as it comes; then none of it is kept. */
  readonly onOutput?: (chunk: Buffer) => void;
  readonly onProgress?: (progress: ToolProgress) => void;
}

export interface ToolResult {
  readonly exitCode: number | null;
  readonly stdout: Buffer;
  /** It was asked to end before it had written everything, and a part is enough. */
  readonly isPart: boolean;
  /** The last 64 KiB. */
  readonly stderr: string;
  /** The furthest point of the output, 0 when there was none. */
  readonly outTimeSeconds: number;
  /** Video frames written, 0 when there were none or the tool reports none. */
  readonly frames: number;
}

const stderrKeptCharacters = 64 * 1024;
const graceMilliseconds = 2000;
const checkMilliseconds = 500;

/** ffmpeg gets nothing of our environment: it holds secrets, and FFREPORT would write files. */
const environment = {
  PATH: process.env.PATH ?? '',
  LC_ALL: 'C',
  AV_LOG_FORCE_NOCOLOR: '1',
  // Statically linked builds crash when they load the system's character set modules (MPEG-TS service names).
  GCONV_PATH: '/nonexistent',
};

/** Its limits follow from the file: the same file would reach them again. */
const tooLarge = (code: string, message: string) => new MediaFlowError('too-large', code, message);

/**
 * Runs a tool to its end in a process group of its own: no shell, no input, low priority, under limits of time, memory
 * and output, and never outliving this process. Progress comes in when the arguments hold `-progress pipe:3`.
 * Resolves with any exit code. Throws the signal's reason when aborted, `ffmpeg_missing`, `ffmpeg_stalled`,
 * `ffmpeg_timeout`, `ffmpeg_memory_exceeded` or `ffmpeg_output_too_large`; only after the group is gone.
 */
export async function runTool(run: ToolRun): Promise<ToolResult> {
  run.signal.throwIfAborted();
  const child = spawn(run.path, run.arguments, {
    cwd: run.workFolder,
    env: environment,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  // From here until 'close' nothing may await, or an event could pass unheard.
  const processId = child.pid;
  if (processId === undefined) return failedToStart(child, run);
  lowerPriority(processId);
  const release = endWithUs(processId);

  let verdict: { readonly error: unknown } | undefined;
  let isPart = false;
  let killTimer: NodeJS.Timeout | undefined;
  const end = () => {
    // ffmpeg tidies up on SIGTERM; one that hangs does not listen.
    signalGroup(processId, 'SIGTERM');
    killTimer ??= setTimeout(() => signalGroup(processId, 'SIGKILL'), graceMilliseconds);
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

  const output = collect(child, run, stop);
  const endWatch = watch(processId, run, output, { stop, timeIsUp });
  const onAbort = () => stop(run.signal.reason);
  run.signal.addEventListener('abort', onAbort, { once: true });

  try {
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.once('close', resolve);
      child.once('error', reject);
    });
    if (verdict) throw verdict.error;
    return {
      exitCode,
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
    release();
  }
}

interface Output {
  readonly stdout: Buffer[];
  stderr: string;
  outTimeSeconds: number;
  frames: number;
  stdoutBytes: number;
}

function collect(child: ChildProcess, run: ToolRun, stop: (error: unknown) => void): Output {
  const output: Output = {
    stdout: [],
    stderr: '',
    outTimeSeconds: 0,
    frames: 0,
    stdoutBytes: 0,
  };
  child.stdout?.on('data', (chunk: Buffer) => {
    output.stdoutBytes += chunk.length;
    if (output.stdoutBytes > run.maximumOutputBytes)
      return stop(tooLarge('ffmpeg_output_too_large', `${run.tool} wrote more than it was asked for.`));
    if (!run.onOutput) return output.stdout.push(chunk);
    try {
      run.onOutput(chunk);
    } catch (error) {
      stop(error);
    }
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    output.stderr = (output.stderr + text).slice(-stderrKeptCharacters);
  });
  const read = createProgressReader((progress) => {
    output.outTimeSeconds = Math.max(output.outTimeSeconds, progress.outTimeSeconds ?? 0);
    output.frames = Math.max(output.frames, progress.frame ?? 0);
    run.onProgress?.(progress);
  });
  (child.stdio[3] as Readable).setEncoding('utf8').on('data', read);
  return output;
}

/** The limits that have to be looked at from time to time. */
function watch(
  processId: number,
  run: ToolRun,
  output: Output,
  { stop, timeIsUp }: { readonly stop: (error: unknown) => void; readonly timeIsUp: () => void },
): () => void {
  const nowSeconds = () => performance.now() / 1000;
  const startedAtSeconds = nowSeconds();
  const whyStalled = createStallWatch(run.stallSeconds, startedAtSeconds);
  let isOver = false;
  const timer = setInterval(async () => {
    if (nowSeconds() - startedAtSeconds > run.wallClockSeconds) timeIsUp();
    const [{ cpuSeconds, readBytes }, memoryBytes = 0] = await Promise.all([
      workDone(processId),
      residentBytes(processId),
    ]);
    // It may have ended meanwhile, and its number may soon be somebody else's.
    if (isOver) return;
    const moved = [output.outTimeSeconds, output.frames, output.stdoutBytes, readBytes];
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

async function failedToStart(child: ChildProcess, run: ToolRun): Promise<never> {
  const cause = await new Promise((resolve) => child.once('error', resolve));
  throw unavailable('ffmpeg_missing', `${run.tool} could not be started.`, { tool: run.tool }, cause);
}
