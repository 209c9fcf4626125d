import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Item } from '../e2e/support/client.js';

const execute = promisify(execFile);
const rate = 5;
const side = 32;
const frameBytes = side * side * 3;
const looks = [0.1, 0.3, 0.5, 0.7, 0.9] as const;

interface SourceStream {
  readonly index: number;
  readonly width: number;
  readonly height: number;
  readonly color_transfer?: string;
}

interface ShownStream {
  readonly index: number;
  /** Then tones are mapped, and the numbers of the source are not to be found. */
  readonly isHdr: boolean;
  /** Of the largest rendition: what has another shape in the source stands in it between bars. */
  readonly width: number;
  readonly height: number;
}

/** The picture stream of a file that an item shows: that of its size, turned or not, else the first. */
export async function shownStream(file: string, { renditions }: Item): Promise<ShownStream> {
  const { stdout } = await execute('ffprobe', [
    ...[
      '-v',
      'quiet',
      '-of',
      'json',
      '-select_streams',
      'v',
      '-show_entries',
      'stream=index,width,height,color_transfer',
      file,
    ],
  ]);
  const { streams } = JSON.parse(stdout) as { streams: SourceStream[] };
  const [width, height] = renditions
    .map((rendition) => [rendition.width ?? side, rendition.height ?? side] as const)
    .reduce((largest, size) => (size[1] > largest[1] ? size : largest), [side, side]);
  const match = streams.find((stream) => stream.height === height || stream.width === height);
  const stream = match ?? streams[0];
  return {
    index: stream?.index ?? 0,
    isHdr: ['smpte2084', 'arib-std-b67'].includes(stream?.color_transfer ?? ''),
    ...{ width, height },
  };
}

async function pictures(input: string, map: string, fit: string): Promise<Buffer> {
  const shrink = `scale=${side}:${side}:flags=area,format=rgb24`;
  const { stdout } = await execute(
    'ffmpeg',
    [
      ...['-v', 'quiet', '-i', input, '-map', map, '-t', '600'],
      ...['-vf', `fps=${rate}:start_time=0,${fit}${shrink}`, '-f', 'rawvideo', 'pipe:1'],
    ],
    { encoding: 'buffer', maxBuffer: 64 << 20, timeout: 120_000 },
  );
  return stdout;
}

/** Mean difference of the frames served from the source's, as ffmpeg decodes both from end to end, at five places; none of HDR. */
export async function differences(
  file: string,
  { index, isHdr, width, height }: ShownStream,
  address: string,
): Promise<readonly number[]> {
  if (isHdr) return [];
  const squarePixels = 'scale=iw*sar:ih,setsar=1';
  const betweenBars = `scale=${width}:${height}:force_original_aspect_ratio=decrease,pad=${width}:${height}:-1:-1`;
  const [source, shown] = await Promise.all([
    pictures(file, `0:${index}`, `${squarePixels},${betweenBars},`),
    pictures(address, '0:v:0', ''),
  ]);
  const count = Math.floor(Math.min(source.length, shown.length) / frameBytes);
  if (count === 0) return [];
  return looks.map((part) => {
    const index = Math.floor(part * count);
    const near = [index - 1, index, index + 1].filter((place) => place >= 0 && place < count);
    return Math.min(...near.map((place) => meanDifference(source, place, shown, index)));
  });
}

function meanDifference(a: Buffer, frameOfA: number, b: Buffer, frameOfB: number): number {
  let sum = 0;
  for (let byte = 0; byte < frameBytes; byte += 1)
    sum += Math.abs((a[frameOfA * frameBytes + byte] ?? 0) - (b[frameOfB * frameBytes + byte] ?? 0));
  return sum / frameBytes;
}
