import { availableParallelism } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { unavailable } from '../../../core/errors.js';
import { runGuarded } from '../../../sandbox/run/run-guarded.js';
import { failureOf } from '../failures.js';
import type { FfmpegOptions } from '../ffmpeg-video-tools.js';
import { createToolFinder } from '../find-tools.js';
import { createToolbox } from '../toolbox.js';
import { tools } from '../tools.js';
import { createJpegReader } from './jpeg-reader.js';
import { fileArguments, streamArguments } from './live-arguments.js';

/** Bytes without an end, or with one. */
export interface LiveBytes {
  readonly bytes: Readable;
  /** As ffmpeg calls it; undefined where it tells by itself. */
  readonly format?: string | undefined;
  /** Of what is there as a whole, `itself`: it is played as fast as its time goes by. */
  readonly timed: 'itself' | 'arrival';
}

interface Sampling {
  readonly everySeconds: number;
  readonly onJpeg: (jpeg: Buffer) => void;
  readonly signal: AbortSignal;
}

export interface LiveSampler {
  /** Resolves at the end of the file. Throws what `Toolbox.run` does. */
  sampleFile(inputPath: string, sampling: Sampling): Promise<void>;
  /** Resolves at the end of the stream. Throws as well what its bytes fail with, told as `source_interrupted` where nobody says more. */
  sampleStream(source: LiveBytes, sampling: Sampling): Promise<void>;
}

/** Whoever publishes for longer begins anew. */
const LONGEST_SECONDS = 48 * 3600;
const MOST_JPEG_BYTES = 512 * 1024;
const MEMORY_BYTES = 2 ** 30;
const ADDRESS_SPACE_BYTES = 2 * MEMORY_BYTES + availableParallelism() * 512 * 2 ** 20;

/** Frames of what goes on, from ffmpeg under the guards that all of its runs have; no run gets hold of a network. */
export function createLiveSampler(
  options: Pick<FfmpegOptions, 'stallSeconds'> & Parameters<typeof createToolFinder>[0],
): LiveSampler {
  const finder = createToolFinder(options);
  const stallSeconds = options.stallSeconds ?? 60;
  const toolbox = createToolbox(finder, { stallSeconds, memoryBytes: MEMORY_BYTES });

  return {
    async sampleFile(inputPath, { everySeconds, onJpeg, signal }) {
      await toolbox.run('ffmpeg', {
        ...{ inputPath, signal, wallClockSeconds: LONGEST_SECONDS },
        arguments: fileArguments(inputPath, everySeconds),
        maximumOutputBytes: Number.MAX_SAFE_INTEGER,
        onOutput: createJpegReader(onJpeg, MOST_JPEG_BYTES),
      });
    },

    async sampleStream(source, { everySeconds, onJpeg, signal }) {
      // It may fail before anybody reads it, which the pipe tells then.
      source.bytes.on('error', () => {});
      const { sandbox } = await finder.find('ffmpeg');
      const { launch, leave } = await sandbox.enter({
        argumentsFor: () => streamArguments({ ...source, everySeconds }),
        limits: {
          ...{ addressSpaceBytes: ADDRESS_SPACE_BYTES, fileBytes: 0 },
          cpuSeconds: LONGEST_SECONDS * availableParallelism(),
        },
      });
      let head: Buffer = Buffer.alloc(0);
      source.bytes.once('data', (chunk: Buffer) => {
        head = chunk.subarray(0, 512);
      });
      let broken: { readonly why: unknown } | undefined;
      const result = await runGuarded({
        ...launch,
        ...{ tool: tools.ffmpeg, signal, stallSeconds, wallClockSeconds: LONGEST_SECONDS },
        ...{ maximumMemoryBytes: MEMORY_BYTES, maximumOutputBytes: Number.MAX_SAFE_INTEGER },
        onOutput: createJpegReader(onJpeg, MOST_JPEG_BYTES),
        onStart: (standardInput: Writable) => {
          pipeline(source.bytes, standardInput).catch((error: NodeJS.ErrnoException) => {
            // A tool that has ended takes no more, and says itself why.
            if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_PREMATURE_CLOSE')
              broken = { why: error };
          });
        },
      }).finally(async () => {
        source.bytes.destroy();
        await leave();
      });
      if (broken) throw interrupted(broken.why);
      if (result.exitCode === 0) return;
      throw failureOf({
        ...{ tool: 'ffmpeg', head, inputPath: 'pipe:0' },
        ...{ exitCode: result.exitCode, endSignal: result.endSignal, stderr: result.stderr },
      });
    },
  };
}

/** The name of the failure alone: its text may have the address in it. */
const interrupted = (error: unknown) =>
  unavailable(
    'source_interrupted',
    `The connection to the source ended: ${(error as { readonly code?: string }).code ?? 'unknown'}.`,
  );
