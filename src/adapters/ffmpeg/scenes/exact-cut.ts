import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { PictureRequest } from '../../../core/video-tools.js';
import { ffmpegArguments, nothingButTheStream, pictureInput } from '../ffmpeg-arguments.js';
import { picturePad } from '../frame-times.js';
import { type Keyframes, smallPictures, timesIn, timesName } from '../keyframes.js';
import type { FrameOutput } from '../sample-arguments.js';
import { isOfPlace } from '../seek-frame.js';
import type { Toolbox } from '../toolbox.js';
import { distance, type Signature, signatureOf } from '../unlike-frames.js';
import { rgbFrames, sourceFilters } from '../video-filters.js';
import { shownPixels } from '../wall-clock.js';
import type { Between } from './chapter-places.js';

/** More frames than a stretch between two keyframes that are looked at may have. */
const mostFrames = 4000;

/** Small pictures of all frames between two moments, both among them, and their times on the clock of a search that begins at `startSeconds`. */
function stretchArguments(output: FrameOutput, startSeconds: number, place: Between): readonly string[] {
  const [from, until] = [place.afterSeconds - startSeconds, place.untilSeconds - startSeconds];
  const filters = [
    `select='between(t,${(from - 0.0015).toFixed(4)},${(until + 0.0015).toFixed(4)})'`,
    ...sourceFilters(output, output.size),
    ...rgbFrames(output.size),
  ].join(',');
  const each = [...nothingButTheStream, '-fps_mode', 'passthrough', '-enc_time_base', '1:1000'];
  const goTo = startSeconds > 0 ? ['-noaccurate_seek', '-ss', startSeconds.toFixed(3)] : [];
  return ffmpegArguments([
    ...['-max_error_rate', '1'],
    ...pictureInput(output, [...goTo, '-t', (until + 1).toFixed(3)]),
    ...['-filter_complex', `${picturePad(output.video)}${filters},split=2[raw][times]`],
    ...['-map', '[raw]', ...each, '-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1'],
    ...['-map', '[times]', ...each, '-f', 'framecrc', timesName],
  ]);
}

/** How far ahead to go in, in the order tried: containers without an index end anywhere. */
const leadsSeconds = [0, 10, 30] as const;

/**
 * When the first frame after the cut between two keyframes is shown, in seconds: of all frames there the one least like the frame before
 * it. Where they cannot be had one by one, the later keyframe, where encoders put a cut by themselves.
 */
export async function exactCut(
  toolbox: Toolbox,
  output: FrameOutput,
  request: Pick<PictureRequest, 'outputFolder' | 'signal'>,
  place: Between,
): Promise<number> {
  for (const lead of leadsSeconds) {
    const startSeconds = Math.max(0, Math.floor((place.afterSeconds - lead) * 1000) / 1000);
    const pictures = await picturesOf(toolbox, output, request, { startSeconds, place });
    const [first] = pictures;
    if (first && startSeconds + first.atSeconds <= place.afterSeconds + 0.002)
      return Math.round((startSeconds + leastLikeTheOneBefore(pictures)) * 1000) / 1000;
    if (startSeconds === 0) break;
  }
  return Math.round(place.untilSeconds * 1000) / 1000;
}

async function picturesOf(
  toolbox: Toolbox,
  output: FrameOutput,
  { outputFolder: workFolder, signal }: Pick<PictureRequest, 'outputFolder' | 'signal'>,
  { startSeconds, place }: { readonly startSeconds: number; readonly place: Between },
): Promise<Keyframes['pictures']> {
  const listing = join(workFolder, timesName);
  const ran = await toolbox
    .run('ffmpeg', {
      inputPath: output.inputPath,
      arguments: stretchArguments(output, startSeconds, place),
      ...{ workFolder, signal, maximumOutputBytes: output.size.width * output.size.height * 3 * mostFrames },
      pixels: shownPixels(output.video, place.untilSeconds - startSeconds + 1),
    })
    .catch((error) => {
      if (signal.aborted || !isOfPlace(error)) throw error;
      return undefined;
    });
  const times = timesIn(await readFile(listing, 'utf8').catch(() => ''));
  await rm(listing, { force: true });
  return ran ? smallPictures(ran.stdout, times, output.size) : [];
}

function leastLikeTheOneBefore(pictures: Keyframes['pictures']): number {
  let found = { atSeconds: pictures.at(-1)?.atSeconds ?? 0, unlike: 0 };
  let before: Signature | undefined;
  for (const { atSeconds, image } of pictures) {
    const signature = signatureOf(image);
    const unlike = before ? distance(before, signature) : 0;
    if (unlike > found.unlike) found = { atSeconds, unlike };
    before = signature;
  }
  return found.atSeconds;
}
