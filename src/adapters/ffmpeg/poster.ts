import { access, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { unsupported } from '../../core/errors.js';
import type { PictureRequest, Poster } from '../../core/video-tools.js';
import { canToneMap } from './colour-plan.js';
import { placeholderOf } from './placeholder.js';
import { miniature, mostAtPlace, posterPlaces, posterScore } from './poster-choice.js';
import { createFrameSeeker, type FrameSeeker, isOfPlace, type Seek } from './seek-frame.js';
import { type PictureSource, posterArguments } from './thumbnail-arguments.js';
import type { Toolbox } from './toolbox.js';
import { shownPixels } from './wall-clock.js';

const posterName = 'poster.jpg';
const candidateName = 'candidate.jpg';
/** Where so many places hold nothing sound, the others are as likely damaged, and each takes long to be given up. */
const mostMisses = 3;

/** What draws posters of one file. */
interface Drawing {
  readonly toolbox: Toolbox;
  readonly request: PictureRequest;
  readonly source: PictureSource;
  readonly seekFrame: FrameSeeker;
}

/**
 * The port's `poster`. Places are looked at from the best on, and no more of them than can still be better: mostly one.
 */
export async function poster(toolbox: Toolbox, request: PictureRequest): Promise<Poster> {
  const toneMapping = canToneMap((await toolbox.find('ffmpeg')).filters);
  const source = { inputPath: request.inputPath, video: request.video, toneMapping };
  const drawing: Drawing = { toolbox, request, source, seekFrame: createFrameSeeker() };
  const atSeconds = (await drawBest(drawing)) ?? (await drawFirst(drawing));
  const thumbHash = await placeholderOf(join(request.outputFolder, posterName));
  return { file: posterName, atSeconds, ...(thumbHash !== undefined && { thumbHash }) };
}

/** Its time; undefined where no place holds a frame that was decoded without errors. */
async function drawBest(drawing: Drawing): Promise<number | undefined> {
  const { video, outputFolder } = drawing.request;
  const durationSeconds = video.durationSeconds ?? drawing.request.durationSeconds;
  const seen = new Set<number>();
  let best: { readonly score: number; readonly atSeconds: number } | undefined;
  let misses = 0;
  for (const place of posterPlaces) {
    const atSeconds = Math.floor(place * durationSeconds * 1000) / 1000;
    const frame = Math.floor(atSeconds * video.frameRate);
    if (seen.has(frame)) continue;
    seen.add(frame);
    if (misses === mostMisses || (best && best.score >= mostAtPlace(place))) break;
    const grey = await drawAt(drawing, atSeconds);
    if (!grey) misses += 1;
    const score = grey ? posterScore(grey, place) : Number.NEGATIVE_INFINITY;
    if (score <= (best?.score ?? Number.NEGATIVE_INFINITY)) continue;
    best = { score, atSeconds };
    await rename(join(outputFolder, candidateName), join(outputFolder, posterName));
  }
  await rm(join(outputFolder, candidateName), { force: true });
  return best?.atSeconds;
}

/** The first frame, sound if it can be had so: of what is damaged throughout, viewers are shown no better. */
async function drawFirst(drawing: Drawing): Promise<number> {
  const { outputFolder } = drawing.request;
  if (!(await drawAt(drawing, 0))) await run(drawing, { beforeInput: [], select: ['null'] });
  const candidate = join(outputFolder, candidateName);
  if (!(await isThere(candidate))) throw unsupported('corrupt_media', 'Not a single frame could be decoded.');
  await rename(candidate, join(outputFolder, posterName));
  return 0;
}

/** Draws a candidate and gives its miniature; undefined when there is nothing sound at that time. */
async function drawAt(drawing: Drawing, atSeconds: number): Promise<Uint8Array | undefined> {
  const { request, seekFrame } = drawing;
  await rm(join(request.outputFolder, candidateName), { force: true });
  const found = await seekFrame({
    video: request.video,
    atSeconds,
    run: (seek) => run(drawing, seek),
  }).catch((error) => {
    if (request.signal.aborted || !isOfPlace(error)) throw error;
    return undefined;
  });
  return found && (await isThere(join(request.outputFolder, candidateName))) ? found.stdout : undefined;
}

const run = ({ toolbox, request, source }: Drawing, seek: Seek) =>
  toolbox.run('ffmpeg', {
    inputPath: request.inputPath,
    signal: request.signal,
    workFolder: request.outputFolder,
    arguments: posterArguments(source, seek, candidateName),
    pixels: shownPixels(request.video, request.durationSeconds),
    maximumOutputBytes: miniature.width * miniature.height * 2,
  });

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
