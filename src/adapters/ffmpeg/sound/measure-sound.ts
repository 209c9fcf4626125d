import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unsupported } from '../../../core/errors.js';
import type { SoundRequest, SoundTools } from '../../../core/sound-tools.js';
import { guardedInput } from '../allow-lists.js';
import { ffmpegArguments } from '../ffmpeg-arguments.js';
import { longestShownSeconds } from '../hls-arguments.js';
import type { Toolbox } from '../toolbox.js';
import { readGapless } from './gapless.js';
import { createSampleReader } from './hear-samples.js';
import { loudnessIn, loudnessMeter } from './loudness.js';
import { inServedForm, type SoundForm, servedForm } from './served-form.js';
import { soundWallClock } from './sound-limits.js';

const waveformName = 'waveform.json';
/** A file cut off somewhere is worth what is left of it, but not when it is next to nothing. */
const leastFractionKept = 0.1;
const longSeconds = 1;

/** Samples of 16 bits on stdout, and what the meter heard on stderr. */
export const measureArguments = (
  { inputPath, audio }: Pick<SoundRequest, 'inputPath' | 'audio'>,
  form: SoundForm,
  mostSamples: number,
): readonly string[] =>
  ffmpegArguments(
    [
      ...['-max_error_rate', '1', ...guardedInput(inputPath), '-filter_complex'],
      `[0:${audio.streamIndex}]${inServedForm(audio, form, mostSamples).join(',')},asplit=2[kept][heard];[heard]${loudnessMeter}[measured]`,
      ...['-map', '[measured]', '-f', 'null', '-'],
      ...['-map', '[kept]', '-c:a', 'pcm_s16le', '-f', 's16le', 'pipe:1'],
    ],
    'level+info',
  );

/** How many samples are served at the most: those that are sound, or, where nobody tells, far more than the file says it has. */
export const mostSamplesOf = (
  soundSamples: number | null,
  { audio, durationSeconds }: Pick<SoundRequest, 'audio' | 'durationSeconds'>,
): number => {
  const { sampleRateHz } = servedForm(audio);
  const most = Math.ceil(longestShownSeconds(durationSeconds) * sampleRateHz);
  const told = soundSamples === null ? most : Math.round((soundSamples * sampleRateHz) / audio.sampleRateHz);
  return told > 0 ? Math.min(told, most) : most;
};

/** The port's `measureSound`. */
export async function measureSound(
  toolbox: Toolbox,
  request: SoundRequest,
): ReturnType<SoundTools['measureSound']> {
  const { inputPath, outputFolder, audio, durationSeconds, signal } = request;
  const form = servedForm(audio);
  const gapless = await readGapless(toolbox, request);
  const mostSamples = mostSamplesOf(gapless.soundSamples, request);
  const reader = createSampleReader(form);
  const { stderr } = await toolbox.run('ffmpeg', {
    ...{ inputPath, signal, onOutput: reader.take },
    arguments: measureArguments(request, form, mostSamples),
    maximumOutputBytes: (mostSamples + form.sampleRateHz) * form.channels * 2,
    wallClockSeconds: soundWallClock(durationSeconds),
    onProgress: ({ outTimeSeconds }) =>
      request.onProgress({ fraction: durationSeconds > 0 ? (outTimeSeconds ?? 0) / durationSeconds : 0 }),
  });
  const { sampleCount, clippedSamples, silentAtStart, silentAtEnd, waveform } = reader.heard();
  const decodedSeconds = sampleCount / form.sampleRateHz;
  if (
    sampleCount === 0 ||
    (durationSeconds > longSeconds && decodedSeconds < durationSeconds * leastFractionKept)
  )
    throw unsupported('corrupt_media', 'Almost nothing of the sound could be decoded.', {
      expectedSeconds: durationSeconds,
      decodedSeconds,
    });
  await writeFile(join(outputFolder, waveformName), JSON.stringify(waveform));
  const { integratedLufs, rangeLu, truePeakDbtp } = loudnessIn(stderr);
  return {
    measurement: {
      durationSeconds: decodedSeconds,
      ...form,
      ...{ integratedLufs, loudnessRangeLu: rangeLu, truePeakDbtp, clippedSamples },
      silenceAtStartSeconds: silentAtStart / form.sampleRateHz,
      silenceAtEndSeconds: silentAtEnd / form.sampleRateHz,
      encoderDelaySamples: gapless.delaySamples,
      encoderPaddingSamples: gapless.paddingSamples,
    },
    waveform: {
      name: waveformName,
      details: { samplesPerPixel: waveform.samples_per_pixel, length: waveform.length },
    },
  };
}
