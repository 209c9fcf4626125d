import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { isRetryable } from '../../core/errors.js';
import { type LeftOutTrack, leftOutKinds } from '../../core/media-probe.js';
import { guardedInput } from './allow-lists.js';
import { ffmpegArguments } from './ffmpeg-arguments.js';
import type { Toolbox } from './toolbox.js';

/** A copy of a file with one of its tracks left out. */
export interface PartialCopy {
  readonly path: string;
  /** By the index of a stream in the copy, that in the file. */
  readonly indexes: ReadonlyMap<number, number>;
  /** The track, where it is of picture, sound or subtitles. */
  readonly leftOut: readonly LeftOutTrack[];
}

interface Request {
  readonly inputPath: string;
  readonly streamIndex: number;
  readonly workFolder: string;
  readonly signal: AbortSignal;
}

const copyName = 'copy';

/** Containers whose tracks have headers of their own, by how they begin, in hexadecimal. */
const containers: Readonly<Record<string, RegExp>> = {
  mov: /^.{8}(66747970|6d6f6f76|6d646174|66726565|736b6970|77696465)/,
  matroska: /^1a45dfa3/,
};

async function containerOf(path: string): Promise<string | undefined> {
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(8), 0, 8, 0);
    return Object.keys(containers).find((name) => containers[name]?.test(buffer.toString('hex')));
  } finally {
    await file.close();
  }
}

export const copyArguments = (inputPath: string, streamIndex: number, container: string): readonly string[] =>
  ffmpegArguments(
    [
      ...guardedInput(inputPath),
      ...['v', 'a', 's'].flatMap((kind) => ['-map', `0:${kind}?`]),
      ...['-map', `-0:${streamIndex}`, '-c', 'copy', '-f', container, copyName],
    ],
    'level+info',
  );

/** Copies all else, which ffmpeg does without a decoder. Undefined where it cannot. */
export async function copyWithoutTrack(toolbox: Toolbox, request: Request): Promise<PartialCopy | undefined> {
  const { inputPath, streamIndex, workFolder, signal } = request;
  const container = await containerOf(inputPath);
  if (container === undefined) return undefined;
  try {
    const { stderr } = await toolbox.run('ffmpeg', {
      ...{ inputPath, workFolder, signal, maximumOutputBytes: 0 },
      arguments: copyArguments(inputPath, streamIndex, container),
      maximumFileBytes: Number.MAX_SAFE_INTEGER,
    });
    const indexes = indexesIn(stderr);
    if (indexes.size === 0) return undefined;
    return { path: join(workFolder, copyName), indexes, leftOut: trackIn(stderr, streamIndex) };
  } catch (error) {
    if (isRetryable(error)) throw error;
    return undefined;
  }
}

/** `Stream #0:2 -> #0:1 (copy)` */
export const indexesIn = (log: string): ReadonlyMap<number, number> =>
  new Map(
    [...log.matchAll(/Stream #0:(\d+) -> #0:(\d+)/g)].map(([, from, to]) => [Number(to), Number(from)]),
  );

/** `Stream #0:2[0x3](eng): Audio: aac, 44100 Hz, 0 channels` */
export function trackIn(log: string, streamIndex: number): readonly LeftOutTrack[] {
  const [, type, codec = 'unknown'] =
    new RegExp(`Stream #0:${streamIndex}(?:\\[\\w+\\])?(?:\\(\\w*\\))?: (Video|Audio|Subtitle): (\\w+)`).exec(
      log,
    ) ?? [];
  const kind = leftOutKinds.find((each) => each === type?.toLowerCase());
  return kind ? [{ streamIndex, kind, codec, reason: 'cannot_be_decoded' }] : [];
}
