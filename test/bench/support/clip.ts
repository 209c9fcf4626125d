import { join } from 'node:path';
import { makeClip, realFile } from '../../e2e/support/media-files.js';

export interface Clip {
  readonly path: string;
  readonly name: string;
  /** For the product: a generated picture means nothing to the moderation model, which may want a person to look. */
  readonly environment: Record<string, string>;
}

/** Thirty seconds of 480p: a real film where the collection is present, else a test picture. */
export async function clipOf480p(folder: string): Promise<Clip> {
  const real = realFile('big-buck-bunny-480p-30s.mp4');
  if (real) return { path: real, name: 'Big Buck Bunny', environment: {} };
  return {
    path: await makeClip(join(folder, 'clip.mp4'), 30, '854x480'),
    name: 'a generated clip',
    environment: { MEDIAFLOW_MODERATION_REVIEW_AT: '1', MEDIAFLOW_MODERATION_REJECT_AT: '1' },
  };
}
