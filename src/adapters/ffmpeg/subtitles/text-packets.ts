import { guardedInput } from '../allow-lists.js';
import { gatheredTexts, type TextTrackBytes, usualLimits } from './gathered-texts.js';

export interface TextBytes {
  /** When the file begins, on its clock. */
  readonly startSeconds: number;
  /** Whoever is done with a track takes it out: all of them together are much. */
  readonly tracks: Map<number, TextTrackBytes>;
}

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
  Buffer.from(
    unescaped(dump)
      .split('\n')
      .filter((line) => /^[\da-f]{8}: /.test(line))
      .map((line) => line.slice(10, 50).replaceAll(' ', ''))
      .join(''),
    'hex',
  );

const secondsIn = (text: string | undefined): number | null =>
  text === undefined || text === 'N/A' || !Number.isFinite(Number(text)) ? null : Number(text);

/** Feeds on chunks of ffprobe's lines as they come; `indexes`: of the tracks that are wanted. */
export function createTextPacketReader(indexes: readonly number[], limits = usualLimits) {
  const texts = gatheredTexts(indexes, limits);
  let startSeconds = 0;
  let pieces: string[] = [];
  let length = 0;

  function takePacket(streamIndex: number, fields: string, dump: string): void {
    const start = secondsIn(/pts_time=([^|]{0,40})/.exec(fields)?.[1]);
    if (start === null) return;
    const durationSeconds = secondsIn(/duration_time=([^|]{0,40})/.exec(fields)?.[1]);
    texts.addPacket(streamIndex, { startSeconds: start, durationSeconds, bytes: bytesOf(dump) });
  }

  function readLine(line: string): void {
    const [, section, index] = /^(packet|stream)\|(?:stream_)?index=(\d{1,9})\|/.exec(line) ?? [];
    const begin = /^format\|start_time=([^|]{0,40})/.exec(line)?.[1];
    if (begin !== undefined) startSeconds = secondsIn(begin) ?? 0;
    const streamIndex = Number(index);
    if (section === undefined || !texts.takes(streamIndex)) return;
    // Fields before it are times, whose names are others.
    const dumpAt = line.indexOf('data=');
    if (dumpAt < 0) return;
    const dump = line.slice(dumpAt + 'data='.length);
    if (section === 'stream') texts.addHeader(streamIndex, bytesOf(dump));
    else takePacket(streamIndex, line.slice(0, dumpAt), dump);
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
    read: (): TextBytes => ({ startSeconds, tracks: texts.tracks }),
  };
}
