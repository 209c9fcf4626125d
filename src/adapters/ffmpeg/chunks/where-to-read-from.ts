import type { ChunkRequest } from '../../../core/chunk-tools.js';
import { decodedWithErrors } from '../decode-errors.js';
import { ffmpegArguments, pictureInput } from '../ffmpeg-arguments.js';
import { isOfPlace } from '../seek-frame.js';
import type { Toolbox } from '../toolbox.js';
import { fromKeyframe, readFrom } from './chunk-arguments.js';

/** How far ahead of the chunk to go in, in the order tried: filters that look at neighbours want a few frames before it. */
const leadsSeconds = [2, 15] as const;

/** Decodes until the chunk begins, and tells the log when the first keyframe is there and when the chunk is. */
export const landingArguments = (request: ChunkRequest, seekSeconds: number): readonly string[] => {
  const pad = `[0:${request.video.streamIndex}]`;
  const graph = [
    `${pad}${fromKeyframe},split=2[first][rest]`,
    '[first]trim=end_frame=1,showinfo@first,nullsink',
    `[rest]select='gte(t,${request.startSeconds})',showinfo@reached,scale=16:16[reached]`,
  ].join(';');
  return ffmpegArguments(
    [
      ...pictureInput(request, readFrom(seekSeconds)),
      ...['-filter_complex', graph, '-map', '[reached]', '-frames:v', '1', '-f', 'null', '-'],
    ],
    'level+info',
  );
};

/**
 * Whether a log tells that decoding began with a keyframe before the chunk, and that until the chunk no frame was damaged or lacked what it is
 * built on. Whatever a container says of its keyframes, that is seen here. Pure.
 */
export function landedWell(log: string, startSeconds: number): boolean {
  const first = /^\[showinfo@first [^\n]*pts_time:\s*(-?[\d.]+)/m.exec(log)?.[1];
  const reachedAt = log.search(/^\[showinfo@reached [^\n]*pts_time/m);
  if (first === undefined || reachedAt < 0 || Number(first) > startSeconds - 1) return false;
  return !decodedWithErrors(log.slice(0, reachedAt));
}

/** From when on the film has to be read so that the chunk's frames are what they are in the whole; 0 is always right, and slow. */
export async function whereToReadFrom(toolbox: Pick<Toolbox, 'run'>, request: ChunkRequest): Promise<number> {
  for (const lead of leadsSeconds) {
    const seekSeconds = request.startSeconds - lead;
    if (seekSeconds <= 0) return 0;
    try {
      const { stderr } = await toolbox.run('ffmpeg', {
        inputPath: request.inputPath,
        signal: request.signal,
        arguments: landingArguments(request, seekSeconds),
        maximumOutputBytes: 0,
      });
      if (landedWell(stderr, request.startSeconds)) return seekSeconds;
    } catch (error) {
      if (!isOfPlace(error)) throw error;
    }
  }
  return 0;
}
