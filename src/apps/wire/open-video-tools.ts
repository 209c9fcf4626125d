import { join } from 'node:path';
import { createFfmpegVideoTools } from '../../adapters/ffmpeg/ffmpeg-video-tools.js';
import { openPrivateFolder } from '../../adapters/local-disk/private-folder.js';
import type { VideoTools } from '../../core/video-tools.js';
import type { Config } from '../config.js';
import type { Closers } from './closers.js';

export interface OpenVideoTools {
  readonly tools: VideoTools;
  /** The process's own folder for files that are worked on. */
  readonly workRoot: string;
}

/** The tools with a place to work in. What they can do here is being found out already, since readiness asks for it. */
export async function openVideoTools(options: {
  readonly config: Config;
  readonly closers: Closers;
}): Promise<OpenVideoTools> {
  const { config, closers } = options;
  const folder = await openPrivateFolder(join(config.dataFolder, 'work'));
  closers.add('work folder', () => folder.close());
  const tools = createFfmpegVideoTools({
    ...config.tools,
    trialFolder: folder.path,
    workFolder: folder.path,
    keepFreeBytes: config.uploads.keepFreeBytes,
  });
  void tools.describe();
  return { tools, workRoot: folder.path };
}
