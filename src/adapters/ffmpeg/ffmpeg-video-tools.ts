import type { VideoTools } from '../../core/video-tools.js';
import { createToolFinder, type ToolPlaces } from './find-tools.js';
import type { EncoderPreset } from './hls-arguments.js';
import { probe } from './probe.js';
import { sampleFrames } from './sample-frames.js';
import { thumbnails } from './thumbnails.js';
import { createToolbox } from './toolbox.js';
import { transcodeToHls } from './transcode-to-hls.js';

export interface FfmpegOptions extends ToolPlaces {
  /** Speed against size of what is encoded; default `veryfast`. */
  readonly preset?: EncoderPreset;
  /** A run that for this long neither gets on nor computes is killed; default 60. */
  readonly stallSeconds?: number;
  /** Resident memory of one run; default 4 GiB. */
  readonly memoryBytes?: number;
}

/** Video tools on ffmpeg and ffprobe, each run as a child process under limits. Never throws; a missing tool is told when used. */
export function createFfmpegVideoTools(options: FfmpegOptions = {}): VideoTools {
  const finder = createToolFinder(options);
  const toolbox = createToolbox(finder, {
    stallSeconds: options.stallSeconds ?? 60,
    memoryBytes: options.memoryBytes ?? 4 * 2 ** 30,
  });
  return {
    describe: finder.describe,
    probe: (inputPath, signal) => probe(toolbox, inputPath, signal),
    transcodeToHls: (request) => transcodeToHls(toolbox, options.preset ?? 'veryfast', request),
    thumbnails: (request) => thumbnails(toolbox, request),
    sampleFrames: (request) => sampleFrames(toolbox, request),
  };
}
