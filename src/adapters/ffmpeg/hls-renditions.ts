import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { unsupported } from '../../core/errors.js';
import type { TranscodedRendition } from '../../core/video-tools.js';
import { playlistName, segmentSeconds } from './hls-arguments.js';
import { bitratesOf, segmentsIn, totalDuration } from './hls-playlist.js';

/** `avc1.PPCCLL` (RFC 6381) from an init segment: profile, constraints and level stand first in its avcC box. */
export function avcCodecs(init: Uint8Array): string | undefined {
  const bytes = Buffer.from(init);
  // Ours is the only box of that name, so looking for it is as good as walking the tree.
  const at = bytes.indexOf('avcC', 0, 'latin1');
  return at < 0 || at + 8 > bytes.length
    ? undefined
    : `avc1.${bytes.subarray(at + 5, at + 8).toString('hex')}`;
}

/** Measures what was made. Throws `corrupt_media` when nothing was, which is what a broken input leaves. */
export async function readRendition(
  outputFolder: string,
  name: string,
  kind: TranscodedRendition['kind'],
): Promise<TranscodedRendition> {
  const folder = join(outputFolder, name);
  const playlist = await readFile(join(folder, playlistName), 'utf8').catch(() => '');
  const listed = segmentsIn(playlist) ?? [];
  const init = await readFile(join(folder, 'init.mp4')).catch(() => Buffer.alloc(0));
  const codecs = kind === 'audio' ? 'mp4a.40.2' : avcCodecs(init);
  if (listed.length === 0 || codecs === undefined)
    throw unsupported('corrupt_media', `Nothing of the ${kind} could be decoded.`, { rendition: name });
  const segments = await Promise.all(
    listed.map(async (segment) => ({ ...segment, sizeBytes: (await stat(join(folder, segment.file))).size })),
  );
  return {
    name,
    kind,
    codecs,
    segmentCount: segments.length,
    sizeBytes: segments.reduce((sum, segment) => sum + segment.sizeBytes, init.length),
    ...bitratesOf(segments, segmentSeconds),
    durationSeconds: totalDuration(segments),
  };
}
