import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { playlistName } from './hls-arguments.js';
import { joinShortEnd } from './last-segment.js';

/** A target of 0, which ffmpeg writes for less than half a second, has players ask again without a pause. Pure. */
export const withLeastTarget = (playlist: string): string =>
  playlist.replace(/^#EXT-X-TARGETDURATION:0$/m, '#EXT-X-TARGETDURATION:1');

/** What is left to be done to a rendition's playlist and segments when ffmpeg has ended. */
export async function finishPlaylist(folder: string): Promise<void> {
  await joinShortEnd(folder);
  const path = join(folder, playlistName);
  const written = await readFile(path, 'utf8').catch(() => '');
  const playlist = withLeastTarget(written);
  if (playlist !== written) await writeFile(path, playlist);
}
