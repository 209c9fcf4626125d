import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type SceneChapter, scenesName, shortestWithChaptersSeconds } from '../../../core/scene-chapters.js';
import type { DrawnFile, PictureRequest } from '../../../core/video-tools.js';
import { canToneMap } from '../colour-plan.js';
import { keyframes, smallSize } from '../keyframes.js';
import type { FrameOutput } from '../sample-arguments.js';
import type { Toolbox } from '../toolbox.js';
import { signatureOf } from '../unlike-frames.js';
import { shownVideo } from '../video-length.js';
import { chapterPlaces } from './chapter-places.js';
import { exactCut } from './exact-cut.js';

/** Keyframes of a film of hours, on a machine with much else to do. */
const longestLookSeconds = 600;

/** The port's `sceneChapters`. Of a film only keyframes are decoded, and the stretches between two in which a chapter begins. */
export async function sceneChapters(
  toolbox: Toolbox,
  request: PictureRequest,
): Promise<DrawnFile<{ chapters: SceneChapter[] }>> {
  const chapters = chaptersFrom(await beginnings(toolbox, request), request.durationSeconds);
  await writeFile(join(request.outputFolder, scenesName), JSON.stringify({ chapters }));
  return { name: scenesName, details: { chapters } };
}

const chaptersFrom = (begin: readonly number[], durationSeconds: number): SceneChapter[] =>
  begin.length === 0
    ? []
    : [0, ...begin].map((startSeconds, index) => ({
        startSeconds,
        endSeconds: begin[index] ?? Math.round(durationSeconds * 1000) / 1000,
      }));

async function beginnings(toolbox: Toolbox, request: PictureRequest): Promise<number[]> {
  const { inputPath, video, outputFolder, signal } = request;
  const { seconds } = await shownVideo(toolbox, request);
  if (seconds < shortestWithChaptersSeconds) return [];
  const toneMapping = canToneMap((await toolbox.find('ffmpeg')).filters);
  const output: FrameOutput = { inputPath, video, toneMapping, size: smallSize(video), withJpegs: false };
  const { pictures, isPart } = await keyframes(toolbox, output, {
    ...{ videoSeconds: seconds, workFolder: outputFolder, signal, longestLookSeconds },
  });
  // What was not seen may be where most changes.
  if (isPart) return [];
  const seen = pictures.map(({ atSeconds, image }) => ({ atSeconds, signature: signatureOf(image) }));
  const found: number[] = [];
  for (const place of chapterPlaces(seen, seconds))
    found.push(await exactCut(toolbox, output, request, place));
  return found;
}
