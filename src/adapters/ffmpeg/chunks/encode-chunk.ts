import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChunkRequest, EncodedChunk } from '../../../core/chunk-tools.js';
import { MediaFlowError } from '../../../core/errors.js';
import { canToneMap } from '../colour-plan.js';
import { type EncoderPreset, largestSegmentBytes } from '../hls-arguments.js';
import { checkOutput, type ItemLimits, mostOfLadder } from '../item-limits.js';
import { fractionReporter } from '../progress.js';
import type { Toolbox } from '../toolbox.js';
import { ladderPixels, shownPixels } from '../wall-clock.js';
import { chunkArguments, mostChunkSeconds } from './chunk-arguments.js';
import { frameCountOf, rateOf } from './chunk-frames.js';
import { readChunk } from './read-chunk.js';
import { whereToReadFrom } from './where-to-read-from.js';

interface Options {
  readonly preset: EncoderPreset;
  readonly itemLimits: ItemLimits;
}

/** The port's `encodeChunk`. */
export async function encodeChunk(
  toolbox: Toolbox,
  options: Options,
  request: ChunkRequest,
): Promise<EncodedChunk> {
  // What one item may become holds for all its chunks together.
  checkOutput({ ...request, audio: null }, options.itemLimits);
  const seekSeconds = await whereToReadFrom(toolbox, request);
  const chunk = await encodeFrom(seekSeconds, toolbox, options, request);
  if (seekSeconds === 0 || isWhole(chunk, request)) return chunk;
  // Fewer frames may be the end of the film, which only those know who have come to it from the beginning.
  return encodeFrom(0, toolbox, options, request);
}

const isWhole = ({ rungs }: EncodedChunk, request: ChunkRequest): boolean =>
  request.rungs.every((rung) => {
    const made = rungs.find(({ name }) => name === rung.name);
    const wanted = frameCountOf(request, rateOf(rung));
    return made !== undefined && (wanted === null ? made.frameCount > 0 : made.frameCount === wanted);
  });

async function encodeFrom(
  seekSeconds: number,
  toolbox: Toolbox,
  { preset, itemLimits }: Options,
  request: ChunkRequest,
): Promise<EncodedChunk> {
  const { rungs, outputFolder, video } = request;
  const seconds = mostChunkSeconds(request);
  for (const { name } of rungs) {
    await rm(join(outputFolder, name), { recursive: true, force: true });
    await mkdir(join(outputFolder, name));
  }
  const { filters } = await toolbox.find('ffmpeg');
  const run = toolbox.run('ffmpeg', {
    inputPath: request.inputPath,
    signal: request.signal,
    workFolder: outputFolder,
    arguments: chunkArguments(request, { preset, toneMapping: canToneMap(filters), seekSeconds }),
    pixels: shownPixels(video, request.startSeconds - seekSeconds + seconds) + ladderPixels(rungs, seconds),
    maximumOutputBytes: 0,
    maximumFileBytes: largestSegmentBytes(rungs),
    maximumInFolder: mostOfLadder({ rungs, audio: null, durationSeconds: seconds }, itemLimits),
    onProgress: fractionReporter(request, seconds),
  });
  await run.catch((error: unknown) => {
    // Behind the end of the film there is nothing to be encoded.
    if (!(error instanceof MediaFlowError && error.code === 'corrupt_media')) throw error;
  });
  return readChunk(request);
}
