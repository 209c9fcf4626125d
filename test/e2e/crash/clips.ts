import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeClip } from '../support/media-files.js';
import type { Clip } from './clients.js';

/** What clients of a scenario upload; the last is no video. */
export async function makeClips(folder: string): Promise<Clip[]> {
  const clips: Clip[] = [];
  // The last is long enough for a preview before its ladder.
  for (const [seconds, size] of [
    [1, '320x180'],
    [2, '426x240'],
    [11, '160x90'],
  ] as const)
    clips.push(clipOf(await makeClip(join(folder, `${seconds}.mp4`), seconds, size), true));
  const noVideo = join(folder, 'no-video.mp4');
  writeFileSync(noVideo, 'These words are no video. '.repeat(4_000));
  return [...clips, clipOf(noVideo, false)];
}

const clipOf = (path: string, isVideo: boolean): Clip => ({
  ...{ path, isVideo },
  sha256: createHash('sha256').update(readFileSync(path)).digest('hex'),
});
