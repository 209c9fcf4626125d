import { isRetryable, MediaFlowError, unsupported } from '../../core/errors.js';
import { guardedInput } from './allow-lists.js';
import { ffmpegArguments } from './ffmpeg-arguments.js';
import { canBeRetold } from './reserved-matrix.js';
import type { Toolbox } from './toolbox.js';

/** Nearly every stream has a frame by then; only of one that has none the whole is read. */
const firstLookSeconds = 10;
const mostOutputBytes = 64 * 1024;

/** The first frame of a stream as a line of framecrc, looked for in the file's first seconds or in all of it. */
export const firstFrameArguments = (
  inputPath: string,
  streamIndex: number,
  limitSeconds: number | null,
  beforeInput: readonly string[] = [],
): readonly string[] =>
  ffmpegArguments([
    ...['-max_error_rate', '1'],
    ...guardedInput(inputPath, [
      ...beforeInput,
      ...(limitSeconds === null ? [] : ['-t', String(limitSeconds)]),
    ]),
    ...['-map', `0:${streamIndex}`, '-frames', '1', '-f', 'framecrc', 'pipe:1'],
  ]);

interface Look {
  readonly inputPath: string;
  readonly streamIndex: number;
  readonly codec: string;
  /** What the decoder has to be told. */
  readonly beforeInput?: readonly string[];
  readonly signal: AbortSignal;
}

/** Why not a single frame of a stream can be decoded; undefined when one can. Throws what is not the file's doing. */
export async function whyUndecodable(toolbox: Toolbox, look: Look): Promise<MediaFlowError | undefined> {
  const why = await lookAt(toolbox, look, firstLookSeconds);
  // Only of a frame that was decoded are the colours known that it is refused for.
  if (why?.code === 'unsupported_colours' && canBeRetold(look)) return undefined;
  return why?.code === 'corrupt_media' ? lookAt(toolbox, look, null) : why;
}

async function lookAt(
  toolbox: Toolbox,
  { inputPath, streamIndex, signal, beforeInput }: Look,
  limitSeconds: number | null,
) {
  try {
    const { stdout } = await toolbox.run('ffmpeg', {
      ...{ inputPath, signal, maximumOutputBytes: mostOutputBytes },
      arguments: firstFrameArguments(inputPath, streamIndex, limitSeconds, beforeInput),
    });
    return /^\d/m.test(stdout.toString('latin1'))
      ? undefined
      : unsupported('corrupt_media', 'Not a single frame could be decoded.');
  } catch (error) {
    if (!(error instanceof MediaFlowError)) throw error;
    if (!isRetryable(error)) return error;
    // It ended by itself, and all it was asked for is one frame of this file.
    if (error.code === 'ffmpeg_failed')
      return unsupported('corrupt_media', 'Not a single frame could be decoded.', error.details);
    throw error;
  }
}
