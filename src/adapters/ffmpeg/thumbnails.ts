import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { isRetryable, unsupported } from '../../core/errors.js';
import type { Thumbnails, VideoTools } from '../../core/video-tools.js';
import { choosePoster, miniature } from './poster-choice.js';
import { createFrameSeeker, type Seek } from './seek-frame.js';
import { hasFewPictures, planStoryboard, type StoryboardPlan, tileTime } from './storyboard-plan.js';
import {
  type PictureSource,
  posterArguments,
  posterName,
  spriteName,
  storyboardArguments,
} from './thumbnail-arguments.js';
import type { Toolbox } from './toolbox.js';
import { canToneMap } from './video-filters.js';
import { shownPixels } from './wall-clock.js';

type ThumbnailRequest = Parameters<VideoTools['thumbnails']>[0];

/** The port's `thumbnails`. Throws `corrupt_media` when no frame can be decoded. */
export async function thumbnails(toolbox: Toolbox, request: ThumbnailRequest): Promise<Thumbnails> {
  const toneMapping = canToneMap((await toolbox.find('ffmpeg')).filters);
  const source: PictureSource = { inputPath: request.inputPath, video: request.video, toneMapping };
  const planned = planStoryboard(request.video, request.durationSeconds);
  const single = { ...planned, tileCount: 1, columns: 1, rows: 1 };
  let plan = planned;
  let miniatures = await drawStoryboard(toolbox, request, source, plan);
  if (hasFewPictures(plan, miniatures)) {
    plan = { ...planned, keyframesOnly: false };
    miniatures = await drawStoryboard(toolbox, request, source, plan);
  }
  if (miniatures.length === 0 && planned.tileCount > 1) {
    // What little there is of a cut-off file may lie before the first tile's time.
    plan = { ...single, intervalSeconds: request.durationSeconds };
    miniatures = await drawStoryboard(toolbox, request, source, plan);
  }
  if (miniatures.length === 0) throw unsupported('corrupt_media', 'Not a single frame could be decoded.');

  const atSeconds = plan.tileCount === 1 ? 0 : tileTime(plan, choosePoster(miniatures));
  const posterAtSeconds = await drawPoster(toolbox, request, source, atSeconds);
  const sheets = Math.ceil(miniatures.length / (plan.columns * plan.rows));
  return {
    posterFile: posterName,
    posterAtSeconds,
    sprites: Array.from({ length: sheets }, (_, index) => spriteName(index)),
    columns: plan.columns,
    rows: plan.rows,
    tileWidth: plan.tile.width,
    tileHeight: plan.tile.height,
    tileCount: miniatures.length,
    intervalSeconds: plan.intervalSeconds,
  };
}

async function drawStoryboard(
  toolbox: Toolbox,
  request: ThumbnailRequest,
  source: PictureSource,
  plan: StoryboardPlan,
): Promise<readonly Uint8Array[]> {
  const bytes = miniature.width * miniature.height;
  const { stdout } = await toolbox.run('ffmpeg', {
    inputPath: request.inputPath,
    signal: request.signal,
    workFolder: request.outputFolder,
    arguments: storyboardArguments(source, plan),
    pixels: shownPixels(request.video, request.durationSeconds),
    maximumOutputBytes: bytes * (plan.tileCount + 1),
  });
  return Array.from({ length: Math.floor(stdout.length / bytes) }, (_, index) =>
    stdout.subarray(index * bytes, (index + 1) * bytes),
  );
}

/** The poster at a time, or the first frame when there is nothing sound there; tells which. */
async function drawPoster(
  toolbox: Toolbox,
  request: ThumbnailRequest,
  source: PictureSource,
  atSeconds: number,
): Promise<number> {
  const run = (seek: Seek) =>
    toolbox.run('ffmpeg', {
      inputPath: request.inputPath,
      signal: request.signal,
      workFolder: request.outputFolder,
      arguments: posterArguments(source, seek),
      pixels: shownPixels(request.video, request.durationSeconds),
      maximumOutputBytes: 0,
    });
  const path = join(request.outputFolder, posterName);
  const seekFrame = createFrameSeeker();
  for (const seconds of [atSeconds, 0]) {
    const found = await seekFrame({ video: request.video, atSeconds: seconds, run }).catch((error) => {
      if (isRetryable(error)) throw error;
      return undefined;
    });
    if (found && (await isThere(path))) return seconds;
  }
  // Damaged throughout: viewers are shown no better.
  await run({ beforeInput: [], select: ['null'] });
  await access(path);
  return 0;
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
