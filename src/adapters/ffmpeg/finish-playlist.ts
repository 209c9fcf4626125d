import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unsupported } from '../../core/errors.js';
import { playlistName } from './hls-arguments.js';
import { namesOnlyItsOwn } from './hls-playlist.js';
import { joinShortEnd } from './last-segment.js';

/** Two weeks of segments have 8 MB. */
const mostPlaylistBytes = 16 * 2 ** 20;

/** A target of 0, which ffmpeg writes for less than half a second, has players ask again without a pause. Pure. */
export const withLeastTarget = (playlist: string): string =>
  playlist.replace(/^#EXT-X-TARGETDURATION:0$/m, '#EXT-X-TARGETDURATION:1');

/**
 * What is left to be done to a rendition's playlist and segments when ffmpeg has ended. Throws `forbidden_output` before
 * any of it for a playlist that names other files: we are not in the place that keeps ffmpeg from them.
 */
export async function finishPlaylist(folder: string): Promise<void> {
  const path = join(folder, playlistName);
  if (!namesOnlyItsOwn(await readPlaylist(path)))
    throw unsupported('forbidden_output', 'Processing the file left a playlist of something else.');
  await joinShortEnd(folder);
  const written = await readPlaylist(path);
  const playlist = withLeastTarget(written);
  if (playlist !== written) await writeFile(path, playlist);
}

/** Nothing where there is none. */
async function readPlaylist(path: string): Promise<string> {
  const sizeBytes = await stat(path).then(
    ({ size }) => size,
    () => 0,
  );
  if (sizeBytes > mostPlaylistBytes)
    throw unsupported('forbidden_output', 'Processing the file left a playlist that nobody could read.');
  return readFile(path, 'utf8').catch(() => '');
}
