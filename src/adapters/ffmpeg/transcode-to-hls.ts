import { join } from 'node:path';
import { unsupported } from '../../core/errors.js';
import type { TranscodedRendition, TranscodeRequest } from '../../core/video-tools.js';
import { makeFolders } from '../../files/make-folders.js';
import { canToneMap } from './colour-plan.js';
import { finishPlaylist } from './finish-playlist.js';
import { audioFolder, type EncoderPreset, hlsArguments, largestSegmentBytes } from './hls-arguments.js';
import { readRendition } from './hls-renditions.js';
import { checkOutput, type ItemLimits, mostOfLadder } from './item-limits.js';
import { fractionReporter } from './progress.js';
import type { Toolbox } from './toolbox.js';
import { ladderPixels, shownPixels } from './wall-clock.js';

/** A file cut off somewhere is worth what is left of it, but not when it is next to nothing. */
const leastFractionKept = 0.1;

/** The port's `transcodeToHls`. */
export async function transcodeToHls(
  toolbox: Toolbox,
  { preset, itemLimits }: { readonly preset: EncoderPreset; readonly itemLimits: ItemLimits },
  request: TranscodeRequest,
): Promise<readonly TranscodedRendition[]> {
  const { outputFolder, durationSeconds } = request;
  const outputs = [
    ...request.rungs.map((rung) => ({ name: rung.name, kind: 'video' as const })),
    ...(request.audio ? [{ name: audioFolder, kind: 'audio' as const }] : []),
  ];
  if (outputs.length === 0) return [];
  checkOutput(request, itemLimits);
  await Promise.all(outputs.map(({ name }) => makeFolders(join(outputFolder, name))));
  const { filters } = await toolbox.find('ffmpeg');
  await toolbox.run('ffmpeg', {
    inputPath: request.inputPath,
    signal: request.signal,
    workFolder: outputFolder,
    arguments: hlsArguments(request, { preset, toneMapping: canToneMap(filters) }),
    pixels: shownPixels(request.video, durationSeconds) + ladderPixels(request.rungs, durationSeconds),
    maximumOutputBytes: 0,
    maximumFileBytes: largestSegmentBytes(request.rungs),
    maximumInFolder: mostOfLadder(request, itemLimits),
    onProgress: fractionReporter(request, durationSeconds),
  });
  await Promise.all(outputs.map(({ name }) => finishPlaylist(join(outputFolder, name))));
  const renditions = await Promise.all(
    outputs.map(({ name, kind }) => readRendition(outputFolder, name, kind)),
  );
  // The sound may be whole while nothing is left of the picture.
  const expectedSeconds = request.video.durationSeconds ?? durationSeconds;
  for (const { kind, durationSeconds: decodedSeconds } of renditions)
    if (kind === 'video' && decodedSeconds < expectedSeconds * leastFractionKept)
      throw unsupported('corrupt_media', 'Almost nothing of the picture could be decoded.', {
        expectedSeconds,
        decodedSeconds,
      });
  request.onProgress({ fraction: 1, speed: null });
  return renditions;
}
