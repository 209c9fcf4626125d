import { join } from 'node:path';
import { SPEECH_SAMPLES_A_SECOND } from '../../../core/inference/sound-pieces.js';
import type { SpeechSamplesRequest } from '../../../core/speech-tools.js';
import { guardedInput } from '../allow-lists.js';
import { ffmpegArguments } from '../ffmpeg-arguments.js';
import { longestShownSeconds } from '../hls-arguments.js';
import type { Toolbox } from '../toolbox.js';
import { soundWallClock } from './sound-limits.js';

const fileName = 'speech.s16';
const bytesASecond = SPEECH_SAMPLES_A_SECOND * 2;

/** As the sound of a film is encoded: what begins late or has holes stays on its clock. */
export const speechArguments = ({
  inputPath,
  streamIndex,
  durationSeconds,
}: Pick<SpeechSamplesRequest, 'inputPath' | 'streamIndex' | 'durationSeconds'>): readonly string[] =>
  ffmpegArguments([
    ...['-max_error_rate', '1', ...guardedInput(inputPath), '-map', `0:${streamIndex}`, '-af'],
    `aselect='lte(t,${longestShownSeconds(durationSeconds)})',aformat=sample_fmts=s32p,aresample=async=1:first_pts=0`,
    ...['-ac', '1', '-ar', String(SPEECH_SAMPLES_A_SECOND), '-c:a', 'pcm_s16le', '-f', 's16le', fileName],
  ]);

/** The port's `writeSpeechSamples`. */
export async function writeSpeechSamples(
  toolbox: Toolbox,
  request: SpeechSamplesRequest,
): Promise<{ readonly path: string }> {
  const { inputPath, outputFolder, durationSeconds, signal, onProgress } = request;
  const mostBytes = Math.ceil(longestShownSeconds(durationSeconds) + 1) * bytesASecond;
  await toolbox.run('ffmpeg', {
    ...{ inputPath, signal, workFolder: outputFolder, maximumOutputBytes: 0 },
    arguments: speechArguments(request),
    maximumFileBytes: mostBytes,
    maximumInFolder: { bytes: mostBytes, entries: 16 },
    wallClockSeconds: soundWallClock(longestShownSeconds(durationSeconds)),
    onProgress: ({ outTimeSeconds }) =>
      onProgress({ fraction: durationSeconds > 0 ? (outTimeSeconds ?? 0) / durationSeconds : 0 }),
  });
  return { path: join(outputFolder, fileName) };
}
