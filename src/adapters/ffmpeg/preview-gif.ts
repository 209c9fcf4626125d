import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { unsupported } from '../../core/errors.js';
import type { DrawnFile, PictureRequest } from '../../core/video-tools.js';
import { canToneMap } from './colour-plan.js';
import { type GifQuality, gifArguments, gifFramesArguments } from './gif-arguments.js';
import { fitInSquare, type Size } from './picture-size.js';
import { createFrameSeeker, isOfPlace, type Seek } from './seek-frame.js';
import type { PictureSource } from './thumbnail-arguments.js';
import type { Toolbox } from './toolbox.js';
import { shownVideo } from './video-length.js';
import { shownPixels } from './wall-clock.js';

const gifName = 'preview.gif';
const framesName = 'frames.mkv';
const sidePixels = 320;
const lengthSeconds = 3;
const framesPerSecond = 10;
const mostBytes = 2 * 2 ** 20;
/** From the best on. Noise has no more than its bits when it is written so: with the last, 1.2 MB at 320 × 320. */
const qualities: readonly GifQuality[] = [
  { everyNth: 1, colours: 256 },
  { everyNth: 1, colours: 128 },
  { everyNth: 2, colours: 64 },
];

interface Drawing {
  readonly toolbox: Toolbox;
  readonly request: PictureRequest;
  readonly source: PictureSource;
  readonly size: Size;
}

/** The port's `previewGif`. */
export async function previewGif(
  toolbox: Toolbox,
  request: PictureRequest,
): Promise<DrawnFile<{ startSeconds: number }>> {
  const { inputPath, video, outputFolder } = request;
  const toneMapping = canToneMap((await toolbox.find('ffmpeg')).filters);
  const source = { inputPath, video, toneMapping };
  const drawing: Drawing = { toolbox, request, source, size: fitInSquare(video, sidePixels) };
  const { seconds } = await shownVideo(toolbox, request);
  const startSeconds = await takeFrames(drawing, gifStart(seconds));
  await drawSmall(drawing);
  await rm(join(outputFolder, framesName));
  return { name: gifName, details: { startSeconds } };
}

/** From the middle of the first third, or as late as a short video still has enough after it. */
export const gifStart = (videoSeconds: number): number =>
  Math.floor(Math.max(0, Math.min(videoSeconds / 6, videoSeconds - lengthSeconds)) * 1000) / 1000;

/** When they begin: as wanted where the picture there is sound, else at the beginning, whatever is there. */
async function takeFrames(drawing: Drawing, wantedSeconds: number): Promise<number> {
  const { request } = drawing;
  const seekFrame = createFrameSeeker();
  for (const atSeconds of new Set([wantedSeconds, 0])) {
    const found = await seekFrame({
      ...{ video: request.video, atSeconds, following: { framesPerSecond, seconds: lengthSeconds } },
      run: (seek) => runForFrames(drawing, seek),
    }).catch((error) => {
      if (request.signal.aborted || !isOfPlace(error)) throw error;
      return undefined;
    });
    if (found) return atSeconds;
  }
  const { frames } = await runForFrames(drawing, { beforeInput: [], select: [`fps=${framesPerSecond}`] });
  if (frames === 0) throw unsupported('corrupt_media', 'Not a single frame could be decoded.');
  return 0;
}

const runForFrames = ({ toolbox, request, source, size }: Drawing, seek: Seek) =>
  toolbox.run('ffmpeg', {
    ...{ inputPath: request.inputPath, signal: request.signal, workFolder: request.outputFolder },
    arguments: gifFramesArguments(source, seek, {
      ...{ size, count: lengthSeconds * framesPerSecond, fileName: framesName },
    }),
    pixels: shownPixels(request.video, request.durationSeconds),
    maximumOutputBytes: 0,
  });

/** Draws it with fewer colours and frames until it is small enough. */
async function drawSmall({ toolbox, request, size }: Drawing): Promise<void> {
  const { outputFolder, signal } = request;
  const inputPath = join(outputFolder, framesName);
  for (const quality of qualities) {
    await toolbox.run('ffmpeg', {
      ...{ inputPath, signal, workFolder: outputFolder },
      arguments: gifArguments(inputPath, quality, gifName),
      pixels: size.width * size.height * lengthSeconds * framesPerSecond,
      maximumOutputBytes: 0,
    });
    if ((await stat(join(outputFolder, gifName))).size <= mostBytes) return;
  }
}
