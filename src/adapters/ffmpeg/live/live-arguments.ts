import { allowedDecoders, allowedFormats, guardedInput, maximumPixels } from '../allow-lists.js';

/** Of what is looked at; models take smaller ones. */
export const LIVE_SIDE_PIXELS = 640;

/** What comes without an end beside files: cameras' pictures one after another, and the bare codecs of RTSP. */
const liveFormats = [...allowedFormats, 'mpjpeg', 'h264', 'hevc'] as const;

/** A stream on standard input, with every other protocol off. How it is timed: by itself, or by when it comes. */
const streamedInput = (timed: 'itself' | 'arrival', format: string | undefined): readonly string[] => [
  ...['-protocol_whitelist', 'pipe', '-format_whitelist', liveFormats.join(',')],
  ...['-codec_whitelist', allowedDecoders.join(','), '-max_pixels', String(maximumPixels)],
  // What is live is looked at as it comes, and not after five seconds of guessing.
  ...['-probesize', '1000000', '-analyzeduration', '1000000'],
  ...(timed === 'arrival' ? ['-use_wallclock_as_timestamps', '1'] : ['-re']),
  ...(format === undefined ? [] : ['-f', format]),
  ...['-i', 'pipe:0'],
];

/** A frame is due when so much time has gone by since the last one; where none come for a while, none are made up. */
const everySo = (seconds: number): string =>
  `select='isnan(prev_selected_t)+gte(t-prev_selected_t\\,${seconds.toFixed(3)})'`;

const fitted = `scale=w='min(${LIVE_SIDE_PIXELS},iw)':h='min(${LIVE_SIDE_PIXELS},ih)':force_original_aspect_ratio=decrease:force_divisible_by=2`;

const output = (everySeconds: number): readonly string[] => [
  ...['-map', '0:v:0', '-an', '-sn', '-dn'],
  ...['-vf', `${everySo(everySeconds)},${fitted},format=yuvj420p`, '-fps_mode', 'passthrough'],
  ...['-c:v', 'mjpeg', '-q:v', '4', '-flush_packets', '1', '-f', 'mpjpeg', 'pipe:1'],
];

const quiet = ['-hide_banner', '-nostdin', '-v', 'error'] as const;

/** A file is played as fast as its time goes by, as a camera would be. */
export const fileArguments = (inputPath: string, everySeconds: number): readonly string[] => [
  ...[...quiet, ...guardedInput(inputPath, ['-re'])],
  ...output(everySeconds),
];

export const streamArguments = (options: {
  readonly timed: 'itself' | 'arrival';
  readonly format?: string | undefined;
  readonly everySeconds: number;
}): readonly string[] => [
  ...[...quiet, ...streamedInput(options.timed, options.format)],
  ...output(options.everySeconds),
];
