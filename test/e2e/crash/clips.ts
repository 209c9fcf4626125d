import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeAnimation, makeClip, makePhoto, makeSong } from '../support/media-files.js';
import type { Clip } from './clients.js';

/** What clients of a scenario upload, of every kind; the last is no media. */
export async function makeClips(folder: string): Promise<Clip[]> {
  const noMedia = join(folder, 'no-media.mp4');
  writeFileSync(noMedia, 'These words are no video. '.repeat(4_000));
  const media = [
    await makeClip(join(folder, '1.mp4'), 1, '320x180'),
    await makeClip(join(folder, '2.mp4'), 2, '426x240'),
    // Long enough for a preview before its ladder.
    await makeClip(join(folder, '11.mp4'), 11, '160x90'),
    await makePhoto(join(folder, 'photo.jpg'), '1400x900'),
    await makeAnimation(join(folder, 'animation.gif'), 12),
    await makeSong(join(folder, 'song.flac'), 5),
  ];
  return [...media.map((path) => clipOf(path, true)), clipOf(noMedia, false)];
}

const clipOf = (path: string, isMedia: boolean): Clip => ({
  ...{ path, isMedia },
  sha256: createHash('sha256').update(readFileSync(path)).digest('hex'),
});
