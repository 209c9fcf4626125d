import type { SoundRequest, SoundRung } from '../../../core/sound-tools.js';
import { guardedInput } from '../allow-lists.js';
import { ffmpegArguments, nothingButTheStream } from '../ffmpeg-arguments.js';
import { hlsOutput, longestShownSeconds } from '../hls-arguments.js';
import { type Level, levelFilters } from './level.js';
import { loudnessMeter } from './loudness.js';
import { inServedForm, type SoundForm } from './served-form.js';

export const encodedName = ({ name }: SoundRung): string => `${name}.m4a`;

/** Two frames of AAC. */
const samplesBefore = 2048;

/**
 * Puts samples before the sound as it begins with, backwards, at times before 0: the edit list has them cut off, and the encoder is at work by
 * then. What begins at once, as the second half of a sine does, it would spoil for a frame: that is the click between two songs. Of what is
 * shorter than that, the muxer would cut off all.
 */
const filledBefore = (sampleCount: number): readonly string[] =>
  sampleCount < samplesBefore
    ? []
    : [
        [
          'asplit=2[sound][head]',
          `[head]atrim=end_sample=${samplesBefore},areverse[before]`,
          `[before][sound]concat=n=2:v=0:a=1,asetpts=(N-${samplesBefore})/SR/TB`,
        ].join(';'),
      ];

/**
 * One decode for all rungs, each a file of its own: only of whole files the end can be cut to the sample, with a clock that counts samples, and the
 * level be measured.
 */
export function encodeArguments(
  { inputPath, audio }: Pick<SoundRequest, 'inputPath' | 'audio'>,
  rungs: readonly SoundRung[],
  {
    form,
    level,
    sampleCount,
  }: { readonly form: SoundForm; readonly level: Level; readonly sampleCount: number },
): readonly string[] {
  const filters = [
    ...inServedForm(audio, form, sampleCount),
    ...levelFilters(level, form.sampleRateHz),
    ...filledBefore(sampleCount),
  ];
  const pads = rungs.map((_, index) => `[rung${index}]`).join('');
  return ffmpegArguments([
    ...['-max_error_rate', '1', ...guardedInput(inputPath), '-filter_complex'],
    `[0:${audio.streamIndex}]${filters.join(',')},asplit=${rungs.length}${pads}`,
    ...rungs.flatMap((rung, index) => [
      ...['-map', `[rung${index}]`, '-c:a', 'aac', '-b:a', String(rung.bitrateBps), ...nothingButTheStream],
      ...['-movie_timescale', String(form.sampleRateHz), '-movflags', '+faststart', '-f', 'ipod'],
      encodedName(rung),
    ]),
  ]);
}

/** The same sound in segments, and what the meter hears of it. */
export const packageArguments = (
  inputPath: string,
  rung: SoundRung,
  durationSeconds: number,
): readonly string[] =>
  ffmpegArguments(
    [
      ...guardedInput(inputPath),
      ...['-map', '0:0', '-c', 'copy', ...hlsOutput(rung.name, longestShownSeconds(durationSeconds))],
      ...['-map', '0:0', '-af', loudnessMeter, '-f', 'null', '-'],
    ],
    'level+info',
  );
