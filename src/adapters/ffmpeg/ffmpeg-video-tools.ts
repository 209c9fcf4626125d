import { tmpdir } from 'node:os';
import type { MediaTools } from '../../core/sound-tools.js';
import type { Tracer } from '../../core/tracer.js';
import type { PictureRequest } from '../../core/video-tools.js';
import { encodeAudioTrack } from './audio-track.js';
import { encodeChunk } from './chunks/encode-chunk.js';
import { joinChunks } from './chunks/join-chunks.js';
import { createToolFinder, type ToolPlaces } from './find-tools.js';
import type { EncoderPreset } from './hls-arguments.js';
import { type ItemLimits, usualItemLimits } from './item-limits.js';
import { poster } from './poster.js';
import { previewGif } from './preview-gif.js';
import { probe } from './probe.js';
import { lostDetail } from './quality/lost-detail.js';
import { measureQuality } from './quality/measure-quality.js';
import { withReadableMatrix } from './reserved-matrix.js';
import { sampleFrames } from './sample-frames.js';
import { sceneChapters } from './scenes/scene-chapters.js';
import { encodeSound } from './sound/encode-sound.js';
import { measureSound } from './sound/measure-sound.js';
import { writeSpeechSamples } from './sound/speech-samples.js';
import { storyboard } from './storyboard.js';
import { writeCaptions } from './subtitles/write-captions.js';
import { writeSubtitles } from './subtitles/write-subtitles.js';
import { createToolbox, type Toolbox } from './toolbox.js';
import { transcodeToHls } from './transcode-to-hls.js';

export interface FfmpegOptions extends ToolPlaces {
  /** Where copies of files are worked on that no tool can read as they are; default that of the system. */
  readonly workFolder?: string;
  /** Speed against size of what is encoded; default `veryfast`. */
  readonly preset?: EncoderPreset;
  /** A run that for this long neither gets on nor computes is killed; default 60. */
  readonly stallSeconds?: number;
  /** Resident memory of one run; default 4 GiB. */
  readonly memoryBytes?: number;
  /** Disk space that runs leave to others; default none. */
  readonly keepFreeBytes?: number;
  /** What one file may be and become; see `usualItemLimits`. */
  readonly itemLimits?: Partial<ItemLimits>;
  /** Spans of runs that are part of a trace; default none. */
  readonly tracer?: Tracer;
}

/** Video tools on ffmpeg and ffprobe, each run as a child process under limits. Never throws; a missing tool is told when used. */
export function createFfmpegVideoTools(options: FfmpegOptions = {}): MediaTools {
  const finder = createToolFinder(options);
  const limits = {
    stallSeconds: options.stallSeconds ?? 60,
    memoryBytes: options.memoryBytes ?? 4 * 2 ** 30,
    keepFreeBytes: options.keepFreeBytes ?? 0,
  };
  const toolbox = createToolbox(finder, limits, options.tracer);
  const itemLimits = { ...usualItemLimits, ...options.itemLimits };
  const workFolder = options.workFolder ?? tmpdir();
  const preset = options.preset ?? 'veryfast';
  const drawing =
    <Drawn>(draw: (toolbox: Toolbox, request: PictureRequest) => Promise<Drawn>) =>
    (request: PictureRequest) =>
      withReadableMatrix(toolbox, request, workFolder, (readable) => draw(toolbox, readable));
  return {
    describe: finder.describe,
    probe: (inputPath, signal) => probe(toolbox, itemLimits, { inputPath, workFolder, signal }),
    transcodeToHls: (request) =>
      withReadableMatrix(toolbox, request, workFolder, (readable) =>
        transcodeToHls(toolbox, { preset, itemLimits }, readable),
      ),
    encodeAudioTrack: (request) => encodeAudioTrack(toolbox, itemLimits, request),
    encodeChunk: (request) =>
      withReadableMatrix(toolbox, request, workFolder, (readable) =>
        encodeChunk(toolbox, { preset, itemLimits }, readable),
      ),
    joinChunks,
    lostDetail: (request) =>
      withReadableMatrix(toolbox, request, workFolder, (readable) => lostDetail(toolbox, readable)),
    measureQuality: (request) =>
      withReadableMatrix(toolbox, request, workFolder, (readable) => measureQuality(toolbox, readable)),
    measureSound: (request) => measureSound(toolbox, request),
    encodeSound: (request) => encodeSound(toolbox, itemLimits, request),
    writeSpeechSamples: (request) => writeSpeechSamples(toolbox, request),
    writeCaptions,
    writeSubtitles: (request) => writeSubtitles(toolbox, request),
    poster: drawing(poster),
    storyboard: drawing(storyboard),
    previewGif: drawing(previewGif),
    sceneChapters: drawing(sceneChapters),
    sampleFrames: (request) =>
      withReadableMatrix(toolbox, request, workFolder, (readable) => sampleFrames(toolbox, readable)),
  };
}
