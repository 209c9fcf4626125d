import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { unsupported } from '../../core/errors.js';
import { failureOf } from './failures.js';
import type { FoundTool, ToolFinder, ToolName } from './find-tools.js';
import { pictureRefused, pictureTypeOf } from './pictures.js';
import { runTool, type ToolResult, type ToolRun } from './run-tool.js';
import { wallClockFor } from './wall-clock.js';

export interface ToolLimits {
  /** Without a sign of life for this long, a run is killed. */
  readonly stallSeconds: number;
  /** Resident memory of one run. */
  readonly memoryBytes: number;
}

export type GuardedRun = Pick<ToolRun, 'arguments' | 'signal' | 'maximumOutputBytes'> &
  Partial<Pick<ToolRun, 'workFolder' | 'onProgress' | 'onOutput' | 'partIsEnough' | 'wallClockSeconds'>> & {
    readonly inputPath: string;
    /** Decoded and encoded at the most, none by default; with the file's size they tell how long the run may take. */
    readonly pixels?: number;
  };

/** Runs the tools found, under the limits set, and gives every failure its code. */
export interface Toolbox {
  find(name: ToolName): Promise<FoundTool>;
  /** Throws what `runTool` and `failureOf` tell, `forbidden_format` for pictures, or `not_media`, `empty_file` for what is no file with bytes. */
  run(name: ToolName, run: GuardedRun): Promise<ToolResult>;
}

const headBytes = 512;

export function createToolbox(finder: ToolFinder, limits: ToolLimits): Toolbox {
  return {
    find: finder.find,
    async run(name, run) {
      const { head, sizeBytes } = await readHead(run.inputPath);
      const picture = pictureTypeOf(head);
      if (picture) throw pictureRefused(picture);
      const found = await finder.find(name);
      const { inputPath, pixels = 0, ...rest } = run;
      const result = await runTool({
        wallClockSeconds: wallClockFor({ bytes: sizeBytes, pixels }),
        ...rest,
        tool: name,
        path: found.path,
        stallSeconds: limits.stallSeconds,
        maximumMemoryBytes: limits.memoryBytes,
      });
      if (result.exitCode === 0 || result.isPart) return result;
      throw failureOf({
        tool: name,
        exitCode: result.exitCode,
        stderr: result.stderr,
        inputPath: resolve(inputPath),
        head,
      });
    },
  };
}

/** Also makes sure that it is an ordinary file with bytes, before a tool waits on a pipe or a device. */
async function readHead(path: string): Promise<{ readonly head: Uint8Array; readonly sizeBytes: number }> {
  // Without O_NONBLOCK, opening a pipe waits for its writer.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw unsupported('not_media', 'It is not a file.');
    if (stat.size === 0) throw unsupported('empty_file', 'The file is empty.');
    const { bytesRead, buffer } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    return { head: buffer.subarray(0, bytesRead), sizeBytes: stat.size };
  } finally {
    await file.close();
  }
}
