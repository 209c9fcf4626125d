import { segmentSeconds } from '../../core/chunk-tools.js';
import { mainAudioName } from '../../core/served-audio.js';
import type { AudioRung, Rung, TranscodeRequest } from '../../core/video-tools.js';
import { ffmpegArguments, nothingButTheStream, pictureInput } from './ffmpeg-arguments.js';
import { measuredPictureSeconds, picturePad, steadyRate } from './frame-times.js';
import { evenSize } from './picture-size.js';
import { renditionFrames, sourceFilters } from './video-filters.js';

/** Presets with at most three reference frames, which keeps 1080p60 within level 4.2. */
export type EncoderPreset = 'ultrafast' | 'superfast' | 'veryfast' | 'faster' | 'fast' | 'medium';

export interface HlsOptions {
  readonly preset: EncoderPreset;
  readonly toneMapping: boolean;
}

export const audioFolder = mainAudioName;
export const playlistName = 'playlist.m3u8';
export { segmentSeconds };
export const keyframeSeconds = 2;
const fastestFrameRate = 60;

/**
 * How much of a file that tells this duration is encoded at the most. One that tells too little is worth more than that;
 * one whose timestamps leap ahead would be filled up with copies of one frame for as long as the leap.
 */
export const longestShownSeconds = (durationSeconds: number): number => durationSeconds * 1.5 + 60;

/** The same of the picture, which may have been measured. */
export const longestPictureSeconds = ({
  video,
  durationSeconds,
}: Pick<TranscodeRequest, 'video' | 'durationSeconds'>): number =>
  measuredPictureSeconds(video) ?? longestShownSeconds(durationSeconds);

/** No segment is as large as a minute of the best rung's peak, with room for what no bitrate holds: headers, sound, noise at the start. */
export const largestSegmentBytes = (rungs: readonly Rung[]): number =>
  64 * 2 ** 20 + Math.max(0, ...rungs.map(({ peakBitrateBps }) => (peakBitrateBps / 8) * 60));

export const rungRate = (rung: Rung): number => Math.min(rung.frameRate, fastestFrameRate);

/** What else is done to the pictures: to those decoded, and to those of a rung once they are at its steady rate. */
interface MoreFilters {
  readonly first?: string;
  readonly rated?: (rung: Rung) => readonly string[];
}

/** One decode feeding every rung. */
export function filterGraph(
  request: Pick<TranscodeRequest, 'rungs' | 'video' | 'durationSeconds'>,
  options: HlsOptions,
  { first, rated = (rung) => [steadyRate(rungRate(rung))] }: MoreFilters = {},
): string {
  const { rungs, video } = request;
  const source = { video, toneMapping: options.toneMapping };
  const largest = rungs.reduce((best, rung) => (rung.width > best.width ? rung : best));
  const pad = picturePad(video, {
    limitSeconds: longestPictureSeconds(request),
    ...(first === undefined ? {} : { first }),
  });
  const upright = sourceFilters(source, evenSize(largest)).join(',');
  const pads = rungs.map((_, index) => `[source${index}]`).join('');
  const branches = rungs.map((rung, index) => {
    const filters = [...rated(rung), ...renditionFrames(source, evenSize(rung))];
    return `[source${index}]${filters.join(',')}[rung${index}]`;
  });
  return [`${pad}${upright},split=${rungs.length}${pads}`, ...branches].join(';');
}

/** Segments and playlist into a folder that exists. */
export const hlsOutput = (
  folder: string,
  limitSeconds: number,
  everySeconds: number = segmentSeconds,
): readonly string[] => [
  ...nothingButTheStream,
  // Else times are shifted twice and the picture comes two frames after its sound.
  '-avoid_negative_ts',
  'disabled',
  '-t',
  limitSeconds.toFixed(3),
  '-f',
  'hls',
  '-hls_time',
  String(everySeconds),
  '-hls_playlist_type',
  'vod',
  '-hls_flags',
  'independent_segments',
  '-hls_segment_type',
  'fmp4',
  '-hls_fmp4_init_filename',
  'init.mp4',
  '-hls_segment_filename',
  `${folder}/segment-%05d.m4s`,
  `${folder}/${playlistName}`,
];

/** `aheadSeconds`: how far the grid of keyframes is ahead of the clock. */
export const videoOutput = (
  rung: Rung,
  index: number,
  preset: EncoderPreset,
  aheadSeconds = '',
): readonly string[] => [
  '-map',
  `[rung${index}]`,
  '-c:v',
  'libx264',
  '-preset',
  preset,
  '-profile:v',
  'high',
  '-b:v',
  String(rung.bitrateBps),
  '-maxrate',
  String(rung.peakBitrateBps),
  '-bufsize',
  String(rung.peakBitrateBps),
  // Keyframes come from the time grid alone; -g only has to stay out of its way.
  '-g',
  String(Math.ceil(rungRate(rung) * keyframeSeconds * 2)),
  // Fast presets quantise colour no finer than brightness, and a plain area is up to 5 of 255 beside its colour.
  '-chromaoffset',
  '-2',
  '-sc_threshold',
  '0',
  '-flags',
  '+cgop',
  '-forced-idr',
  '1',
  '-force_key_frames',
  `expr:gte(t${aheadSeconds},n_forced*${keyframeSeconds})`,
];

/**
 * What lies beyond the end is a leap of its timestamps, up to which silence would be made in one piece. Integers have no
 * NaN, on which the encoder ends. Silence is put where the sound begins late or has holes, so that it stays with the
 * picture.
 */
const audioFilter = ({ paddedToSeconds }: AudioRung, durationSeconds: number): string =>
  [
    `aselect='lte(t,${longestShownSeconds(durationSeconds)})'`,
    'aformat=sample_fmts=s32p',
    'aresample=async=1:first_pts=0',
    ...(paddedToSeconds === undefined ? [] : [`apad=whole_dur=${paddedToSeconds.toFixed(3)}`]),
  ].join(',');

export const audioOutput = (audio: AudioRung, durationSeconds: number): readonly string[] => [
  '-map',
  `0:${audio.streamIndex}`,
  '-c:a',
  'aac',
  '-b:a',
  String(audio.bitrateBps),
  '-ac',
  String(audio.channels),
  '-ar',
  '48000',
  '-af',
  audioFilter(audio, durationSeconds),
];

/** The one command that makes the whole ladder; run it in the output folder, where the rungs' folders must exist. */
export function hlsArguments(request: TranscodeRequest, options: HlsOptions): readonly string[] {
  const videoOutputs = request.rungs.flatMap((rung, index) => [
    ...videoOutput(rung, index, options.preset),
    ...hlsOutput(rung.name, longestPictureSeconds(request)),
  ]);
  return ffmpegArguments([
    // Damage in the input is judged by what came out.
    '-max_error_rate',
    '1',
    ...pictureInput(request),
    ...(request.rungs.length > 0 ? ['-filter_complex', filterGraph(request, options)] : []),
    ...videoOutputs,
    ...(request.audio
      ? [
          ...audioOutput(request.audio, request.durationSeconds),
          ...hlsOutput(audioFolder, longestShownSeconds(request.durationSeconds)),
        ]
      : []),
  ]);
}
