import { mkdir } from 'node:fs/promises';
import { isRetryable, unsupported } from '../../core/errors.js';
import type { SampledFrame, VideoTools } from '../../core/video-tools.js';
import { type FrameOutput, inOnePassArguments, oneFrameArguments } from './sample-arguments.js';
import type { Toolbox } from './toolbox.js';
import { canToneMap, fitInSquare } from './video-filters.js';
import { shownVideo } from './video-length.js';

type SampleRequest = Parameters<VideoTools['sampleFrames']>[0];

/** Up to here decoding everything once is cheaper than starting ffmpeg for every frame. */
const longestOnePassSeconds = 60;
const seeksAtOnce = 2;
const wallClockSeconds = 300;

/** The middles of `count` equal parts of the duration. */
export const sampleTimes = (durationSeconds: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, index) => ((index + 0.5) * durationSeconds) / count);

/** The port's `sampleFrames`, over the picture's own length, whatever the file says of it. Throws `corrupt_media` when no frame can be decoded. */
export async function sampleFrames(
  toolbox: Toolbox,
  request: SampleRequest,
): Promise<readonly SampledFrame[]> {
  const { video, jpegFolder } = request;
  if (jpegFolder) await mkdir(jpegFolder, { recursive: true });
  const output: FrameOutput = {
    inputPath: request.inputPath,
    video,
    size: fitInSquare(video, request.maximumSidePixels),
    toneMapping: canToneMap((await toolbox.find('ffmpeg')).filters),
    withJpegs: jpegFolder !== undefined,
  };
  const { seconds, frameCount } = await shownVideo(toolbox, request);
  const times = sampleTimes(seconds, Math.max(1, Math.min(request.maximumFrames, frameCount)));
  const frames =
    seconds <= longestOnePassSeconds
      ? await inOnePass(toolbox, request, output, times, seconds)
      : await bySeeking(toolbox, request, output, times);
  if (frames.length > 0) return frames;
  const first = await oneFrame(toolbox, request, output, { atSeconds: 0, index: 0 });
  if (first) return [first];
  throw unsupported('corrupt_media', 'Not a single frame could be decoded.');
}

async function inOnePass(
  toolbox: Toolbox,
  request: SampleRequest,
  output: FrameOutput,
  times: readonly number[],
  videoSeconds: number,
): Promise<SampledFrame[]> {
  const interval = videoSeconds / times.length;
  const pixels = await rawFrames(
    toolbox,
    request,
    output,
    inOnePassArguments(output, interval, times.length),
  );
  return pixels.map((frame, index) => toFrame(output, times[index] ?? 0, frame));
}

/** A seek that finds nothing (a cut file, an index that lies) costs one frame, not all. */
async function bySeeking(
  toolbox: Toolbox,
  request: SampleRequest,
  output: FrameOutput,
  times: readonly number[],
): Promise<SampledFrame[]> {
  const found: (SampledFrame | undefined)[] = [];
  const waiting = [...times.entries()];
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, atSeconds] = next;
      found[index] = await oneFrame(toolbox, request, output, { atSeconds, index }).catch((error) => {
        if (isRetryable(error) || request.signal.aborted) throw error;
        return undefined;
      });
    }
  };
  await Promise.all(Array.from({ length: seeksAtOnce }, worker));
  return found.filter((frame) => frame !== undefined);
}

async function oneFrame(
  toolbox: Toolbox,
  request: SampleRequest,
  output: FrameOutput,
  place: { readonly atSeconds: number; readonly index: number },
): Promise<SampledFrame | undefined> {
  const [pixels] = await rawFrames(toolbox, request, output, oneFrameArguments(output, place));
  return pixels && toFrame(output, place.atSeconds, pixels);
}

async function rawFrames(
  toolbox: Toolbox,
  request: SampleRequest,
  output: FrameOutput,
  ffmpegArguments: readonly string[],
): Promise<Uint8Array[]> {
  const frameBytes = output.size.width * output.size.height * 3;
  const { stdout } = await toolbox.run('ffmpeg', {
    inputPath: request.inputPath,
    signal: request.signal,
    arguments: ffmpegArguments,
    ...(request.jpegFolder === undefined ? {} : { workFolder: request.jpegFolder }),
    wallClockSeconds,
    maximumOutputBytes: frameBytes * (request.maximumFrames + 1),
  });
  return Array.from({ length: Math.floor(stdout.length / frameBytes) }, (_, index) =>
    stdout.subarray(index * frameBytes, (index + 1) * frameBytes),
  );
}

const toFrame = ({ size }: FrameOutput, atSeconds: number, pixels: Uint8Array): SampledFrame => ({
  atSeconds,
  image: { ...size, pixels },
});
