import { z } from 'zod';
import { isRetryable } from '../../core/errors.js';
import type { VideoStreamProbe } from '../../core/media-probe.js';
import { guardedInput } from './allow-lists.js';
import { toldColours } from './described-streams.js';
import type { Toolbox } from './toolbox.js';

/** Codecs that tell their colours in every frame; some versions of ffprobe do not look there for what a stream is. */
const codecs = ['prores'];

const outputSchema = z.object({
  frames: z.array(
    z.object({
      color_space: z.string().optional(),
      color_range: z.string().optional(),
      color_transfer: z.string().optional(),
      color_primaries: z.string().optional(),
    }),
  ),
});

export const firstFrameColoursArguments = (inputPath: string, streamIndex: number): readonly string[] => [
  ...['-hide_banner', '-v', 'error', '-select_streams', String(streamIndex), '-read_intervals', '%+#1'],
  ...['-show_entries', `frame=${Object.keys(outputSchema.shape.frames.element.shape).join(',')}`],
  ...['-of', 'json', ...guardedInput(inputPath)],
];

/** A picture with the colours that its first frame tells, where its header tells nothing of them. */
export async function withColoursOfFrame(
  toolbox: Toolbox,
  { inputPath, signal }: { readonly inputPath: string; readonly signal: AbortSignal },
  video: VideoStreamProbe,
): Promise<VideoStreamProbe> {
  const { colorSpace, colorTransfer, colorPrimaries } = video;
  if (!codecs.includes(video.codec) || (colorSpace ?? colorTransfer ?? colorPrimaries) !== null) return video;
  try {
    const { stdout } = await toolbox.run('ffprobe', {
      ...{ inputPath, signal, maximumOutputBytes: 64 << 10 },
      arguments: firstFrameColoursArguments(inputPath, video.streamIndex),
    });
    const [frame] = outputSchema.parse(JSON.parse(stdout.toString('utf8'))).frames;
    return frame ? { ...video, ...toldColours(frame) } : video;
  } catch (error) {
    if (isRetryable(error)) throw error;
    // It has shown a frame to ffmpeg: that it shows none here is no reason to refuse it.
    return video;
  }
}
