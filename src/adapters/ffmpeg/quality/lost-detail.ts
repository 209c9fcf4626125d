import { createHash } from 'node:crypto';
import { MediaFlowError } from '../../../core/errors.js';
import type { DetailRequest, LostDetail } from '../../../core/quality-tools.js';
import { canToneMap } from '../colour-plan.js';
import { ffmpegArguments, nothingButTheStream, onlyKeyframes, pictureInput } from '../ffmpeg-arguments.js';
import { picturePad } from '../frame-times.js';
import { evenSize, type Size } from '../picture-size.js';
import type { Toolbox } from '../toolbox.js';
import { renditionFrames, sourceFilters } from '../video-filters.js';

/** Only of films that look soft so many frames are looked at: of a sharp one mostly the first says so. */
const mostFrames = 12;
/** Where so many places hold nothing, the others hardly hold more. */
const mostMisses = 3;
const longestLookSeconds = 30;
/** Side of the squares that differences are averaged over: small enough for a line of text to stand out, large enough for noise not to. */
const squarePixels = 16;
/** Differences come as so many parts of a level, since those of soft films are smaller than one. */
const partsOfLevel = 8;

/** Where to look, the most telling first: each next place is far from those before. At most one in a second. Pure. */
export function placesToLook(durationSeconds: number): readonly number[] {
  const count = Math.min(mostFrames, Math.max(1, Math.ceil(durationSeconds)));
  const goldenPart = (Math.sqrt(5) - 1) / 2;
  return Array.from({ length: count }, (_, index) => ((0.5 + index * goldenPart) % 1) * durationSeconds);
}

const squaresOf = ({ width, height }: Size): Size => ({
  width: Math.ceil(width / squarePixels),
  height: Math.ceil(height / squarePixels),
});

/** A keyframe as the ladder shows it, beside what is left of it when it was made smaller: the means of their differences, size by size. */
export function lostDetailArguments(
  { inputPath, video, shownAt, sizes }: Pick<DetailRequest, 'inputPath' | 'video' | 'shownAt' | 'sizes'>,
  { atSeconds, toneMapping }: { readonly atSeconds: number; readonly toneMapping: boolean },
): readonly string[] {
  const [whole, squares] = [evenSize(shownAt), squaresOf(evenSize(shownAt))];
  const source = { video, toneMapping };
  const frame = [
    ...[...sourceFilters(source, whole), ...renditionFrames(source, whole)],
    // Numbers as they are: `scale` takes all grey for full range, and would stretch what says that it is not.
    ...['extractplanes=y', 'setparams=range=pc'],
  ];
  const bicubic = ({ width, height }: Size) => `scale=${width}:${height}:flags=bicubic`;
  const each = sizes.map((size, index) =>
    [
      `[small${index}]${bicubic(evenSize(size))},${bicubic(whole)}[again${index}]`,
      `[whole${index}][again${index}]blend=all_mode=difference,lut=y=min(val*${partsOfLevel}\\,255),` +
        `scale=${squares.width}:${squares.height}:flags=area[lost${index}]`,
    ].join(';'),
  );
  const pads = sizes.map((_, index) => `[whole${index}][small${index}]`).join('');
  const all = sizes.map((_, index) => `[lost${index}]`).join('');
  const stacked = sizes.length > 1 ? `${all}vstack=inputs=${sizes.length}` : `${all}null`;
  const graph = [
    `${picturePad(video)}${frame.join(',')},split=${sizes.length * 2}${pads}`,
    ...[...each, `${stacked},format=gray[lost]`],
  ].join(';');
  const seek = atSeconds > 0 ? ['-noaccurate_seek', '-ss', atSeconds.toFixed(3)] : [];
  return ffmpegArguments([
    ...['-max_error_rate', '1'],
    ...pictureInput({ inputPath, video }, [...onlyKeyframes, ...seek]),
    ...['-filter_complex', graph, '-map', '[lost]', '-frames:v', '1', ...nothingButTheStream],
    ...['-f', 'rawvideo', '-pix_fmt', 'gray', 'pipe:1'],
  ]);
}

/** The port's `lostDetail`. */
export async function lostDetail(toolbox: Toolbox, request: DetailRequest): Promise<LostDetail | null> {
  const { video, sizes, noticeableLevels, tellingLevels } = request;
  const toneMapping = canToneMap((await toolbox.find('ffmpeg')).filters);
  let levels = sizes.map(() => 0);
  const telling = new Set<string>();
  let misses = 0;
  for (const atSeconds of placesToLook(video.durationSeconds ?? request.durationSeconds)) {
    const seen = await lookAt(toolbox, request, { atSeconds, toneMapping });
    if (!seen) {
      misses += 1;
      if (misses === mostMisses) return null;
      continue;
    }
    // Places between two keyframes all lead to the first of these.
    if (Math.max(...seen.levels) >= tellingLevels) telling.add(seen.fingerprint);
    levels = levels.map((level, index) => Math.max(level, seen.levels[index] ?? 0));
    if (levels.every((level) => level > noticeableLevels)) break;
  }
  return { tellingFrames: telling.size, levels };
}

interface SeenFrame {
  readonly levels: readonly number[];
  /** The same of frames that lose the same everywhere. */
  readonly fingerprint: string;
}

/** Undefined where there is nothing to be seen: whatever else is wrong with the file or the machine, other steps say so. */
async function lookAt(
  toolbox: Toolbox,
  { signal, ...request }: DetailRequest,
  at: Parameters<typeof lostDetailArguments>[1],
): Promise<SeenFrame | undefined> {
  const { width, height } = squaresOf(evenSize(request.shownAt));
  const bytes = width * height;
  try {
    const { stdout } = await toolbox.run('ffmpeg', {
      ...{ inputPath: request.inputPath, signal, wallClockSeconds: longestLookSeconds },
      arguments: lostDetailArguments(request, at),
      maximumOutputBytes: bytes * (request.sizes.length + 1),
    });
    if (stdout.length < bytes * request.sizes.length) return undefined;
    return {
      levels: request.sizes.map((_, index) => greatest(stdout.subarray(index * bytes, (index + 1) * bytes))),
      fingerprint: createHash('sha256').update(stdout).digest('hex'),
    };
  } catch (error) {
    if (signal.aborted || !(error instanceof MediaFlowError)) throw error;
    return undefined;
  }
}

const greatest = (squares: Uint8Array): number =>
  squares.reduce((most, square) => Math.max(most, square), 0) / partsOfLevel;
