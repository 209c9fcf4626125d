import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { unsupported } from '../../core/errors.js';
import { pictureBeginning } from '../../core/picture-types.js';
import { inSpan, noTracer, type Tracer } from '../../core/tracer.js';
import { type FolderLimits, whyTooMuch } from '../../sandbox/run/folder-watch.js';
import { withInputNamed } from './allow-lists.js';
import { failureOf } from './failures.js';
import type { ToolFinder } from './find-tools.js';
import type { FoundTool, ToolName } from './found-tool.js';
import { pictureRefused } from './pictures.js';
import { type FfmpegResult, type FfmpegRun, runTool } from './run-tool.js';
import { tools } from './tools.js';
import { wallClockFor } from './wall-clock.js';

export interface ToolLimits {
  /** Without a sign of life for this long, a run is killed. */
  readonly stallSeconds: number;
  /** Resident memory of one run. */
  readonly memoryBytes: number;
  /** Disk space that runs leave to others; default none. */
  readonly keepFreeBytes?: number;
}

export type GuardedRun = Pick<FfmpegRun, 'arguments' | 'signal' | 'maximumOutputBytes'> &
  Partial<Pick<FfmpegRun, 'workFolder' | 'onProgress' | 'onOutput' | 'partIsEnough' | 'wallClockSeconds'>> & {
    readonly inputPath: string;
    /** Decoded and encoded at the most, none by default; with the file's size they tell how long the run may take. */
    readonly pixels?: number;
    /** Of any one file in the work folder; default 64 MiB. */
    readonly maximumFileBytes?: number;
    /** Of all that is in the work folder; default what a few thousand pictures are. */
    readonly maximumInFolder?: Pick<FolderLimits, 'bytes' | 'entries'>;
  };

/** Runs the tools found, under the limits set, and gives every failure its code. */
export interface Toolbox {
  find(name: ToolName): Promise<FoundTool>;
  /** Throws what `runTool` and `failureOf` tell, `forbidden_format` for pictures, or `not_media`, `empty_file` for what is no file with bytes. */
  run(name: ToolName, run: GuardedRun): Promise<FfmpegResult>;
}

const headBytes = 512;
const picturesBytes = 64 * 2 ** 20;
const mostPictures = { bytes: 2 ** 30, entries: 5000 } as const;

/** What is mapped is far more than what is used: stacks, and an arena of malloc's for every thread. */
const addressSpaceFor = (memoryBytes: number): number =>
  2 * memoryBytes + availableParallelism() * 512 * 2 ** 20;

export function createToolbox(finder: ToolFinder, limits: ToolLimits, tracer: Tracer = noTracer): Toolbox {
  async function onInput(name: ToolName, run: GuardedRun): Promise<FfmpegResult> {
    const input = await openInput(run.inputPath);
    try {
      return await runOn(input, await finder.find(name), name, run, limits);
    } finally {
      await input.file.close();
    }
  }

  return {
    find: finder.find,
    run(name, run) {
      const attributes = { 'process.executable.name': name };
      const span = tracer.start(name, { parent: tracer.current(), attributes });
      return inSpan(span, () => onInput(name, run));
    },
  };
}

async function runOn(
  { file, head, sizeBytes }: Input,
  { sandbox }: FoundTool,
  name: ToolName,
  {
    inputPath,
    pixels = 0,
    maximumFileBytes = picturesBytes,
    maximumInFolder = mostPictures,
    ...run
  }: GuardedRun,
  { stallSeconds, memoryBytes, keepFreeBytes = 0 }: ToolLimits,
): Promise<FfmpegResult> {
  const wallClockSeconds = run.wallClockSeconds ?? wallClockFor({ bytes: sizeBytes, pixels });
  const { launch, leave } = await sandbox.enter(
    {
      argumentsFor: withInputNamed(run.arguments, inputPath),
      inputPath: resolve(inputPath),
      ...(run.workFolder === undefined ? {} : { workFolder: run.workFolder }),
      limits: {
        addressSpaceBytes: addressSpaceFor(memoryBytes),
        fileBytes: run.workFolder === undefined ? 0 : maximumFileBytes,
        cpuSeconds: wallClockSeconds * availableParallelism(),
      },
    },
    file,
  );
  const folderLimits = { ...maximumInFolder, keepFreeBytes };
  const limits = { wallClockSeconds, stallSeconds, maximumMemoryBytes: memoryBytes, folderLimits };
  const result = await runTool({
    ...run,
    ...launch,
    ...limits,
    tool: name,
  }).finally(leave);
  // Whoever is fast has it written before anybody looks.
  const tooMuch =
    run.workFolder === undefined
      ? undefined
      : await whyTooMuch(run.workFolder, folderLimits, tools[name].codes);
  if (tooMuch) throw tooMuch;
  if (result.exitCode === 0 || result.isPart) return result;
  throw failureOf({
    tool: name,
    exitCode: result.exitCode,
    endSignal: result.endSignal,
    stderr: result.stderr.replaceAll(resolve(inputPath), 'input'),
    inputPath: launch.inputName.replace(/^file:/, ''),
    head,
  });
}

interface Input {
  readonly file: FileHandle;
  readonly head: Uint8Array;
  readonly sizeBytes: number;
}

/**
 * Makes sure that it is an ordinary file with bytes and no picture, before a tool waits on a pipe or a device. It stays
 * open, so that the tool gets what was looked at, and to be closed.
 */
async function openInput(path: string): Promise<Input> {
  // Without O_NONBLOCK, opening a pipe waits for its writer.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw unsupported('not_media', 'It is not a file.');
    if (stat.size === 0) throw unsupported('empty_file', 'The file is empty.');
    const { bytesRead, buffer } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    const head = buffer.subarray(0, bytesRead);
    const picture = pictureBeginning(head);
    if (picture) throw pictureRefused(picture.name);
    return { file, head, sizeBytes: stat.size };
  } catch (error) {
    await file.close();
    throw error;
  }
}
