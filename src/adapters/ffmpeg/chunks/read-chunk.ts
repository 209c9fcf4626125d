import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChunkOfRung, ChunkRequest, ChunkSegment, EncodedChunk } from '../../../core/chunk-tools.js';
import type { Rung } from '../../../core/video-tools.js';
import { finishPlaylist } from '../finish-playlist.js';
import { playlistName } from '../hls-arguments.js';
import { segmentsIn } from '../hls-playlist.js';
import { avcCodecs } from '../hls-renditions.js';
import { frameAt, type Rate, rateOf } from './chunk-frames.js';
import { moveSegmentFile, timescaleOf } from './move-in-time.js';

/** What was encoded, put on the clock of the film. */
export async function readChunk(request: ChunkRequest): Promise<EncodedChunk> {
  return { rungs: await Promise.all(request.rungs.map((rung) => readRung(request, rung))) };
}

async function readRung({ outputFolder, startSeconds }: ChunkRequest, rung: Rung): Promise<ChunkOfRung> {
  const folder = join(outputFolder, rung.name);
  await finishPlaylist(folder);
  const rate = rateOf(rung);
  const firstFrame = frameAt(startSeconds, rate);
  const playlist = join(folder, playlistName);
  const listed = segmentsIn(await readFile(playlist, 'utf8').catch(() => '')) ?? [];
  // The film's is written when all its chunks are there.
  await rm(playlist, { force: true });
  const init = await readFile(join(folder, 'init.mp4')).catch(() => Buffer.alloc(0));
  const codecs = avcCodecs(init);
  if (listed.length === 0 || codecs === undefined) return { ...nothing, name: rung.name, firstFrame };
  const ticks = ticksTo(firstFrame, rate, timescaleOf(init));
  const segments: ChunkSegment[] = [];
  let frameCount = 0;
  for (const { file, durationSeconds } of listed) {
    const { frames, bytes } = await moveSegmentFile(join(folder, file), ticks);
    frameCount += frames;
    segments.push({ file, durationSeconds, sizeBytes: bytes });
  }
  return {
    ...{ name: rung.name, codecs, firstFrame, frameCount, segments },
    ...{ initSha256: createHash('sha256').update(init).digest('hex'), initBytes: init.length },
  };
}

const nothing = { codecs: '', frameCount: 0, initSha256: '', initBytes: 0, segments: [] } as const;

function ticksTo(frame: number, { numerator, denominator }: Rate, timescale: number): bigint {
  const ticks = (timescale * denominator) / numerator;
  if (!Number.isInteger(ticks)) throw new Error(`A frame lasts ${ticks} ticks, which are no whole ones`);
  return BigInt(frame) * BigInt(ticks);
}
