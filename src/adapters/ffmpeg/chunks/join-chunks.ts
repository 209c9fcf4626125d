import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ChunkOfRung, type ChunkToJoin, segmentSeconds } from '../../../core/chunk-tools.js';
import { unsupported } from '../../../core/errors.js';
import type { TranscodedRendition } from '../../../core/video-tools.js';
import { playlistName } from '../hls-arguments.js';
import { bitratesOf, totalDuration } from '../hls-playlist.js';

/** One rung of a chunk, and what its files are called in the playlist. */
export interface Piece extends ChunkOfRung {
  nameOf(file: string): string;
}

/** The port's `joinChunks`. */
export async function joinChunks({
  chunks,
  outputFolder,
}: {
  readonly chunks: readonly ChunkToJoin[];
  readonly outputFolder: string;
}): Promise<readonly TranscodedRendition[]> {
  const names = chunks[0]?.rungs.map(({ name }) => name) ?? [];
  return Promise.all(
    names.map(async (name) => {
      const pieces = fitting(name, chunks);
      await mkdir(join(outputFolder, name));
      await writeFile(join(outputFolder, name, playlistName), playlistOf(pieces));
      return renditionOf(name, pieces);
    }),
  );
}

const doNotFit = (message: string, details: Readonly<Record<string, string | number>>) =>
  unsupported('chunks_do_not_fit', message, details);

/**
 * The chunks of a rung that have frames, each of which begins with the frame behind the last of the one before. Throws where one does not: the
 * end of the film may lie within any chunk, and then nothing comes after it. Pure.
 */
export function fitting(name: string, chunks: readonly ChunkToJoin[]): readonly Piece[] {
  const all = chunks.map(({ rungs, nameOf }, index) => {
    const rung = rungs.find((each) => each.name === name);
    if (!rung) throw doNotFit(`Chunk ${index + 1} has no ${name}.`, { rendition: name, chunk: index + 1 });
    return { ...rung, nameOf };
  });
  for (const [index, piece] of all.entries()) {
    const before = all[index - 1];
    if (piece.frameCount === 0 || !before) continue;
    const expectedFrame = before.firstFrame + before.frameCount;
    if (piece.firstFrame !== expectedFrame)
      throw doNotFit(
        `Chunk ${index + 1} of ${name} begins with frame ${piece.firstFrame} and not with ${expectedFrame}.`,
        { rendition: name, chunk: index + 1, firstFrame: piece.firstFrame, expectedFrame },
      );
  }
  const pieces = all.filter(({ frameCount }) => frameCount > 0);
  if (pieces.length === 0 || pieces[0] !== all[0])
    throw unsupported('corrupt_media', 'Nothing of the video could be decoded.', { rendition: name });
  return pieces;
}

/** A media playlist (RFC 8216) of segments that lie in several places. Pure. */
export function playlistOf(pieces: readonly Piece[]): string {
  const longest = Math.max(...pieces.flatMap(({ segments }) => segments.map((each) => each.durationSeconds)));
  const lines = pieces.flatMap((piece, index) => [
    // Chunks that were encoded alike, as those of one release are, share the first one's.
    ...(piece.initSha256 === pieces[index - 1]?.initSha256
      ? []
      : [`#EXT-X-MAP:URI="${piece.nameOf('init.mp4')}"`]),
    ...piece.segments.flatMap(({ file, durationSeconds }) => [
      `#EXTINF:${durationSeconds.toFixed(6)},`,
      piece.nameOf(file),
    ]),
  ]);
  return [
    ...['#EXTM3U', '#EXT-X-VERSION:7', `#EXT-X-TARGETDURATION:${Math.max(1, Math.round(longest))}`],
    ...['#EXT-X-MEDIA-SEQUENCE:0', '#EXT-X-PLAYLIST-TYPE:VOD', '#EXT-X-INDEPENDENT-SEGMENTS'],
    ...[...lines, '#EXT-X-ENDLIST', ''],
  ].join('\n');
}

function renditionOf(name: string, pieces: readonly Piece[]): TranscodedRendition {
  const segments = pieces.flatMap((piece) => piece.segments);
  return {
    ...{ name, kind: 'video', codecs: pieces[0]?.codecs ?? '', segmentCount: segments.length },
    sizeBytes: [...segments.map(({ sizeBytes }) => sizeBytes), pieces[0]?.initBytes ?? 0].reduce(
      (sum, bytes) => sum + bytes,
      0,
    ),
    ...bitratesOf(segments, segmentSeconds),
    durationSeconds: totalDuration(segments),
  };
}
