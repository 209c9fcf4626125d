import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { playlistName } from './hls-arguments.js';
import { segmentsIn } from './hls-playlist.js';

/** More than priming and rounding take away. */
const shortestSeconds = 0.25;

/**
 * A media playlist whose last segment, when it is next to nothing, is a part of the one before, and the two files that
 * become one; undefined when there is nothing to join. Pure.
 */
export function withoutShortEnd(
  playlist: string,
): { readonly playlist: string; readonly kept: string; readonly joined: string } | undefined {
  const segments = segmentsIn(playlist) ?? [];
  const [before, last] = segments.slice(-2);
  if (!before || !last || last.durationSeconds >= shortestSeconds) return undefined;
  const targetSeconds = Number(/^#EXT-X-TARGETDURATION:(\d+)$/m.exec(playlist)?.[1]);
  const joinedSeconds = before.durationSeconds + last.durationSeconds;
  if (!(Math.round(joinedSeconds) <= targetSeconds)) return undefined;
  const at = playlist.lastIndexOf('#EXTINF', playlist.lastIndexOf('#EXTINF') - 1);
  return {
    playlist: `${playlist.slice(0, at)}#EXTINF:${joinedSeconds.toFixed(6)},\n${before.file}\n#EXT-X-ENDLIST\n`,
    kept: before.file,
    joined: last.file,
  };
}

/** Where the fragment itself begins, behind the boxes that describe a segment as a whole. */
function fragmentStart(segment: Buffer): number {
  let at = 0;
  while (at + 8 <= segment.length && segment.toString('latin1', at + 4, at + 8) !== 'moof')
    at += Math.max(8, segment.readUInt32BE(at));
  return at;
}

/**
 * Joins a last segment of a frame or so, as sound has where the length is a multiple of a segment's, with the one
 * before: browsers cut the encoder's priming off, nothing of it is left to be buffered, and players wait for it instead
 * of ending.
 */
export async function joinShortEnd(folder: string): Promise<void> {
  const path = join(folder, playlistName);
  const change = withoutShortEnd(await readFile(path, 'utf8').catch(() => ''));
  if (!change) return;
  const end = await readFile(join(folder, change.joined));
  await appendFile(join(folder, change.kept), end.subarray(fragmentStart(end)));
  await rm(join(folder, change.joined));
  await writeFile(path, change.playlist);
}
