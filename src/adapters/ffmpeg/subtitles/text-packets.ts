import { guardedInput } from '../allow-lists.js';

/** A packet of text, on the clock of the file. */
export interface TextPacket {
  readonly startSeconds: number;
  /** Null where the container does not tell. */
  readonly durationSeconds: number | null;
  readonly bytes: Buffer;
}

/** All that a file holds of a track of text. */
export interface TextTrackBytes {
  /** In the order of the file. */
  readonly packets: readonly TextPacket[];
  /** What its decoder is told. */
  readonly header: Buffer;
  /** More than anybody would read: it ends somewhere. */
  readonly isTooMuch: boolean;
}

export interface TextBytes {
  /** When the file begins, on its clock. */
  readonly startSeconds: number;
  readonly tracks: ReadonlyMap<number, TextTrackBytes>;
}

/** Of a track: half a day with two a second has 86,400. */
const mostPackets = 100_000;
const mostBytes = 16 * 2 ** 20;
/** Of a line, as a dump of 16 bytes to 70 characters. */
const longestPacketBytes = 256 * 1024;
const longestLine = longestPacketBytes * 6;

export const textPacketsArguments = (
  inputPath: string,
  beforeInput: readonly string[] = [],
): readonly string[] => [
  ...['-hide_banner', '-v', 'warning', '-select_streams', 's', '-show_data'],
  '-show_entries',
  'format=start_time:stream=index,extradata:packet=stream_index,pts_time,duration_time,data',
  ...['-of', 'compact=escape=c'],
  ...guardedInput(inputPath, beforeInput),
];

const unescaped = (text: string): string =>
  text.replace(/\\(.)/gs, (_, letter: string) => ({ n: '\n', r: '\r', b: '\b', f: '\f' })[letter] ?? letter);

/** `00000010: 6865 6c6c 6f                             hello`, a line for 16 bytes. */
const bytesOf = (dump: string): Buffer =>
  Buffer.concat(
    unescaped(dump)
      .split('\n')
      .filter((line) => /^[\da-f]{8}: /.test(line))
      .map((line) => Buffer.from(line.slice(10, 50).replaceAll(' ', ''), 'hex')),
  );

const secondsIn = (text: string | undefined): number | null =>
  text === undefined || text === 'N/A' || !Number.isFinite(Number(text)) ? null : Number(text);

interface Gathered {
  readonly packets: TextPacket[];
  header: Buffer;
  bytes: number;
  isTooMuch: boolean;
}

/** Feeds on chunks of ffprobe's lines as they come; `indexes`: of the tracks that are wanted. */
export function createTextPacketReader(indexes: readonly number[]) {
  const tracks = new Map<number, Gathered>(
    indexes.map((index) => [index, { packets: [], header: Buffer.alloc(0), bytes: 0, isTooMuch: false }]),
  );
  let startSeconds = 0;
  let pieces: string[] = [];
  let length = 0;

  function takePacket(track: Gathered, fields: string, dump: string): void {
    if (track.isTooMuch) return;
    const start = secondsIn(/pts_time=([^|]{0,40})/.exec(fields)?.[1]);
    if (start === null) return;
    const bytes = bytesOf(dump);
    track.bytes += bytes.length;
    track.isTooMuch = track.packets.length >= mostPackets || track.bytes > mostBytes;
    const durationSeconds = secondsIn(/duration_time=([^|]{0,40})/.exec(fields)?.[1]);
    track.packets.push({ startSeconds: start, durationSeconds, bytes });
  }

  function readLine(line: string): void {
    const [, section, index] = /^(packet|stream)\|(?:stream_)?index=(\d{1,9})\|/.exec(line) ?? [];
    const begin = /^format\|start_time=([^|]{0,40})/.exec(line)?.[1];
    if (begin !== undefined) startSeconds = secondsIn(begin) ?? 0;
    const track = tracks.get(Number(index));
    if (section === undefined || !track) return;
    // Fields before it are times, whose names are others.
    const dumpAt = line.indexOf('data=');
    if (dumpAt < 0) return;
    const dump = line.slice(dumpAt + 'data='.length);
    if (section === 'stream') track.header = bytesOf(dump);
    else takePacket(track, line.slice(0, dumpAt), dump);
  }

  return {
    take(chunk: Buffer): void {
      const lines = chunk.toString('latin1').split('\n');
      for (const [at, line] of lines.entries()) {
        if (length <= longestLine) pieces.push(line);
        length += line.length;
        if (at === lines.length - 1) break;
        // One that is too long for a subtitle is none.
        if (length <= longestLine) readLine(pieces.join(''));
        pieces = [];
        length = 0;
      }
    },
    read: (): TextBytes => ({ startSeconds, tracks }),
  };
}
