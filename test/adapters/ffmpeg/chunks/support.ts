import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChunkRange, ChunkToJoin } from '../../../../src/core/chunk-tools.js';
import type { MediaTools } from '../../../../src/core/sound-tools.js';
import { neverAborted, runFfmpeg } from '../support.js';

export const rung = (frameRate: number) => ({
  ...{ name: '180p', width: 320, height: 180, frameRate },
  ...{ bitrateBps: 1_500_000, peakBitrateBps: 3_000_000 },
});

/** Chunks of `seconds` that begin with the film and end with it. */
export const cut = (seconds: number, count: number): ChunkRange[] =>
  Array.from({ length: count }, (_, index) => ({
    startSeconds: index * seconds,
    endSeconds: index === count - 1 ? null : (index + 1) * seconds,
  }));

/** Encodes a file both ways; gives the two playlists, and what is told of them. */
export async function encodeBothWays(
  tools: MediaTools,
  options: { readonly inputPath: string; readonly folder: string; readonly ranges: readonly ChunkRange[] },
) {
  const { inputPath, folder, ranges } = options;
  const probe = await tools.probe(inputPath, neverAborted);
  const { video, durationSeconds } = probe;
  if (!video) throw new Error('The file has no picture');
  const rungs = [rung(video.frameRate)];
  const request = { inputPath, video, rungs, durationSeconds, onProgress: () => {}, signal: neverAborted };
  const at = async (...path: string[]) => {
    await mkdir(join(folder, ...path), { recursive: true });
    return join(folder, ...path);
  };
  const [whole] = await tools.transcodeToHls({ ...request, audio: null, outputFolder: await at('whole') });
  const outputFolder = await at('joined');
  const chunks: ChunkToJoin[] = [];
  for (const [index, range] of ranges.entries()) {
    const chunkFolder = await at(`chunk-${index}`);
    const chunk = await tools.encodeChunk({ ...request, ...range, outputFolder: chunkFolder });
    chunks.push({ ...chunk, nameOf: (file) => `c${index}.${file}` });
  }
  const [joined] = await tools.joinChunks({ chunks, outputFolder });
  for (const [index, { rungs: made, nameOf }] of chunks.entries())
    for (const { name, segments } of made)
      for (const file of ['init.mp4', ...segments.map((segment) => segment.file)])
        if (segments.length > 0)
          await copyFile(join(folder, `chunk-${index}`, name, file), join(outputFolder, name, nameOf(file)));
  if (!whole || !joined) throw new Error('A rendition is missing');
  const playlist = (of: string) => join(folder, of, '180p', 'playlist.m3u8');
  return {
    probe,
    rungs,
    chunks,
    whole,
    joined,
    playlists: { whole: playlist('whole'), joined: playlist('joined') },
  };
}

const hls = ['-allowed_extensions', 'ALL'];

/** When each frame that a player gets is shown, in seconds. */
export async function frameTimes(playlist: string): Promise<number[]> {
  const listing = await runFfmpeg(
    ...hls,
    '-i',
    playlist,
    '-vsync',
    'passthrough',
    '-enc_time_base',
    '1:90000',
    '-f',
    'framecrc',
    '-',
  );
  return [...listing.toString().matchAll(/^0,\s*-?\d+,\s*(-?\d+),/gm)].map(
    ([, ticks]) => Number(ticks) / 90_000,
  );
}

/** SSIM of each frame with the source's of the steady grid that is `shift` frames further. */
export async function likeness(
  playlist: string,
  source: string,
  frameRate: string,
  shift = 0,
): Promise<number[]> {
  const shifted = shift === 0 ? '' : `,trim=start_frame=${shift}`;
  const listing = await runFfmpeg(
    ...[...hls, '-i', playlist, '-i', source, '-filter_complex'],
    `[0:v]settb=1/1000,setpts=N[a];[1:v]fps=${frameRate}:start_time=0${shifted},scale=320:180,format=yuv420p,settb=1/1000,setpts=N[b];[a][b]ssim=stats_file=-:shortest=1`,
    ...['-f', 'null', '/dev/null'],
  );
  return [...listing.toString().matchAll(/Y:([\d.]+)/g)].map(([, score]) => Number(score));
}
