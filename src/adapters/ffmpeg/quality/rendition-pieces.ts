import { createReadStream, createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { RenditionToMeasure } from '../../../core/quality-tools.js';
import type { Rate } from '../chunks/chunk-frames.js';
import { playlistName } from '../hls-arguments.js';
import { segmentsIn } from '../hls-playlist.js';
import { pieceName, type RungPiece } from './quality-arguments.js';
import { framesOfSegments, type Sample, type SegmentFrames } from './sample-places.js';

export interface ListedRendition extends RenditionToMeasure {
  readonly segments: readonly SegmentFrames[];
  /** What its playlist says is before every segment. */
  readonly initFile: string;
}

export async function listRendition(rendition: RenditionToMeasure, rate: Rate): Promise<ListedRendition> {
  const playlist = await readFile(await rendition.fileOf(playlistName), 'utf8');
  const initFile = /^#EXT-X-MAP:URI="([^"]+)"/m.exec(playlist)?.[1] ?? 'init.mp4';
  return { ...rendition, initFile, segments: framesOfSegments(segmentsIn(playlist) ?? [], rate) };
}

/** Puts the segments that the samples are in into one file, and tells where they are in that; undefined when one is missing. */
export async function cutPiece(
  { rung, segments, initFile, fileOf }: ListedRendition,
  samples: readonly Sample[],
  folder: string,
): Promise<RungPiece | undefined> {
  const path = join(folder, pieceName(rung));
  const inPiece: Sample[] = [];
  let frames = 0;
  await append(path, await fileOf(initFile), 'w');
  for (const { firstFrame, frameCount } of samples) {
    const segment = segments.find(
      (each) => firstFrame >= each.firstFrame && firstFrame + frameCount <= each.firstFrame + each.frameCount,
    );
    if (!segment) return undefined;
    await append(path, await fileOf(segment.file), 'a');
    inPiece.push({ firstFrame: frames + firstFrame - segment.firstFrame, frameCount });
    frames += segment.frameCount;
  }
  return { rung, samples: inPiece };
}

const append = (path: string, from: string, flags: 'w' | 'a') =>
  pipeline(createReadStream(from), createWriteStream(path, { flags }));
