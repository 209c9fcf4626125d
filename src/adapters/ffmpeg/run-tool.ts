import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { MediaFlowError, unavailable } from '../../core/errors.js';
import {
  endWithUs,
  lowerPriority,
  residentBytes,
  signalGroup,
  signalProcess,
  workDone,
} from './process-group.js';
import { createProgressReader, type ToolProgress } from './progress.js';
import { endOf, whenTold } from './sandbox/child-of-bwrap.js';
import { createStallWatch } from './stall-watch.js';

export interface ToolRun {
  readonly tool: 'ffmpeg' | 'ffprobe';
  readonly path: string;
  readonly arguments: readonly string[];
  /** Where relative output names land; by default the root, where nobody looks for any. */
  readonly workFolder?: string | undefined;
  /** A descriptor of ours that becomes its standard input; by default it has none. */
  readonly inputDescriptor?: number | undefined;
  /** The tool is a child of what is started: of bwrap, which tells `{"child-pid": …}` on descriptor 4. */
  readonly isChild?: boolean;
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
  /** Null when a signal ended it. */
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
    cwd: run.workFolder ?? '/',
    env: environment,
    detached: true,
    stdio: [
      run.inputDescriptor ?? 'ignore',
      'pipe',
      'pipe',
      'pipe',
      ...(run.isChild ? ['pipe' as const] : []),
    ],
  });
  // From here until 'close' nothing may await, or an event could pass unheard.
  const processId = child.pid;
  if (processId === undefined) return failedToStart(child, run);
  lowerPriority(processId);
  const release = endWithUs(processId);
  let toolId = run.isChild ? undefined : processId;
  let isEnding = false;
  if (run.isChild)
    whenTold(child, (id) => {
      toolId = id;
      if (isEnding) signalProcess(id, 'SIGTERM');
    });

  let verdict: { readonly error: unknown } | undefined;
  let isPart = false;
  let killTimer: NodeJS.Timeout | undefined;
  const end = () => {
    // ffmpeg tidies up on SIGTERM; one that hangs does not listen. What it was started by would not wait for it.
    isEnding = true;
    if (toolId !== undefined) signalProcess(toolId, 'SIGTERM');
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
  const endWatch = watch(() => toolId ?? processId, run, output, { stop, timeIsUp });
  const onAbort = () => stop(run.signal.reason);
  run.signal.addEventListener('abort', onAbort, { once: true });

  try {
    const { exitCode, signal } = await endOf(child, run.isChild === true);
    if (verdict) throw verdict.error;
    if (signal === 'SIGXFSZ')
      throw tooLarge('ffmpeg_output_too_large', `${run.tool} wrote a larger file than it may.`);
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
  toolProcessId: () => number,
  run: ToolRun,
  output: Output,
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

async function failedToStart(child: ChildProcess, run: ToolRun): Promise<never> {
  const cause = await new Promise((resolve) => child.once('error', resolve));
  throw unavailable('ffmpeg_missing', `${run.tool} could not be started.`, { tool: run.tool }, cause);
}
