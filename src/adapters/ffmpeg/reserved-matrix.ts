import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { VideoStreamProbe } from '../../core/media-probe.js';
import { guardedInput } from './allow-lists.js';
import { isReservedMatrix } from './colours.js';
import { ffmpegArguments } from './ffmpeg-arguments.js';
import { isKnownToTakeReserved } from './tool-version.js';
import type { Toolbox } from './toolbox.js';

/**
 * A matrix by a number of H.273 that nobody has given a meaning (3), as some phones write it. Since version 7 ffmpeg builds
 * no filters for frames of it, and a decoder goes by its bitstream whatever it is told. What can be done is to have it read
 * a copy of the file in which the parameter sets say "unspecified".
 */
const isParameterSet: Readonly<Record<string, (firstByte: number) => boolean>> = {
  h264: (byte) => (byte & 31) === 7,
  hevc: (byte) => ((byte >> 1) & 63) === 33,
};

/** Whether a copy of a file in this codec could be decoded where the file itself is refused. */
export const canBeRetold = ({ codec }: Pick<VideoStreamProbe, 'codec'>): boolean => codec in isParameterSet;

interface Request {
  readonly inputPath: string;
  readonly video: VideoStreamProbe;
  readonly signal: AbortSignal;
}

/** Does something with a request whose file ffmpeg can read: mostly the very same. `folder` is for a copy, which goes afterwards. */
export async function withReadableMatrix<Asked extends Request, Result>(
  toolbox: Toolbox,
  request: Asked,
  folder: string,
  use: (request: Asked) => Promise<Result>,
): Promise<Result> {
  if (!isReservedMatrix(request.video) || !canBeRetold(request.video)) return use(request);
  if (isKnownToTakeReserved((await toolbox.find('ffmpeg')).version)) return use(request);
  const changes = await changesOf(toolbox, request);
  if (changes.length === 0) return use(request);
  const own = await mkdtemp(join(folder, 'readable-'));
  try {
    const inputPath = join(own, 'copy');
    const original: Readable = createReadStream(request.inputPath);
    const copied = changes
      .map(replacing)
      .reduce<Readable>((bytes, change) => bytes.compose(change), original);
    await pipeline(copied, createWriteStream(inputPath), { signal: request.signal });
    return await use({ ...request, inputPath });
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}

/** What stands in the file, and what is to stand there. */
export interface Change {
  readonly from: Buffer;
  readonly to: Buffer;
}

/** Those of one length alone: everything else has to stay where it is. */
async function changesOf(toolbox: Toolbox, { inputPath, video, signal }: Request): Promise<Change[]> {
  const setsAfter = async (...filters: readonly string[]) => {
    const { stdout } = await toolbox.run('ffmpeg', {
      ...{ inputPath, signal, maximumOutputBytes: 64 << 20 },
      arguments: ffmpegArguments([
        ...guardedInput(inputPath),
        ...['-map', `0:${video.streamIndex}`, '-c', 'copy', '-frames', '1'],
        ...['-bsf:v', [`${video.codec}_mp4toannexb`, ...filters].join(',')],
        ...['-f', video.codec, 'pipe:1'],
      ]),
    });
    return parameterSetsIn(stdout, video);
  };
  const [told, retold] = [
    await setsAfter(),
    await setsAfter(`${video.codec}_metadata=matrix_coefficients=2`),
  ];
  return told.flatMap((from, index) => {
    const to = retold[index];
    return to && to.length === from.length && !to.equals(from) ? [{ from, to }] : [];
  });
}

/** The distinct ones of a stream in Annex B, in their order. */
export function parameterSetsIn(stream: Buffer, { codec }: Pick<VideoStreamProbe, 'codec'>): Buffer[] {
  const startCode = Buffer.of(0, 0, 1);
  const sets: Buffer[] = [];
  for (let at = stream.indexOf(startCode); at >= 0; ) {
    const next = stream.indexOf(startCode, at + 3);
    const unit = stream.subarray(at + 3, next < 0 ? stream.length : next);
    if (isParameterSet[codec]?.(unit[0] ?? 0)) sets.push(withoutZeros(unit));
    at = next;
  }
  return sets.filter((set, index) => sets.findIndex((other) => other.equals(set)) === index);
}

/** A unit ends with a bit that is set; what follows is of the next start code. */
function withoutZeros(unit: Buffer): Buffer {
  let end = unit.length;
  while (end > 0 && unit[end - 1] === 0) end -= 1;
  return unit.subarray(0, end);
}

/** Puts something of the same length in every place of something, wherever chunks end. */
export function replacing({ from, to }: Change): Transform {
  let kept: Buffer = Buffer.alloc(0);
  return new Transform({
    transform(chunk: Buffer, _, done) {
      const bytes = Buffer.concat([kept, chunk]);
      for (let at = bytes.indexOf(from); at >= 0; at = bytes.indexOf(from, at + to.length))
        to.copy(bytes, at);
      const whole = Math.max(0, bytes.length - from.length + 1);
      kept = bytes.subarray(whole);
      done(null, bytes.subarray(0, whole));
    },
    flush(done) {
      done(null, kept);
    },
  });
}
