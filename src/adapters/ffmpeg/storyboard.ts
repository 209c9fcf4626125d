import { unsupported } from '../../core/errors.js';
import type { Storyboard, VideoTools } from '../../core/video-tools.js';
import { canToneMap } from './colour-plan.js';
import { miniature } from './poster-choice.js';
import { hasFewPictures, planStoryboard, type StoryboardPlan } from './storyboard-plan.js';
import { type PictureSource, spriteName, storyboardArguments } from './thumbnail-arguments.js';
import type { Toolbox } from './toolbox.js';
import { shownPixels } from './wall-clock.js';

type StoryboardRequest = Parameters<VideoTools['storyboard']>[0];

/** The port's `storyboard`. Throws `corrupt_media` when no frame can be decoded. */
export async function storyboard(toolbox: Toolbox, request: StoryboardRequest): Promise<Storyboard> {
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

  const sheets = Math.ceil(miniatures.length / (plan.columns * plan.rows));
  return {
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
  request: StoryboardRequest,
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
