import { createFfmpegVideoTools } from '../../adapters/ffmpeg/ffmpeg-video-tools.js';
import type { MediaTools } from '../../core/sound-tools.js';
import type { Tracer } from '../../core/tracer.js';
import type { Config } from '../config.js';

/** The tools, at work in a folder. What they can do here is being found out already, since readiness asks for it. */
export function openVideoTools(options: {
  readonly config: Pick<Config, 'tools' | 'uploads'>;
  readonly workFolder: string;
  readonly tracer: Tracer;
}): MediaTools {
  const { config, workFolder, tracer } = options;
  const tools = createFfmpegVideoTools({
    ...config.tools,
    ...{ trialFolder: workFolder, workFolder, tracer },
    keepFreeBytes: config.uploads.keepFreeBytes,
  });
  void tools.describe();
  return tools;
}
