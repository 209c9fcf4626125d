import { stat } from 'node:fs/promises';
import { isRetryable, unsupported } from '../../core/errors.js';
import type { MediaProbe } from '../../core/video-tools.js';
import { guardedInput } from './allow-lists.js';
import { ffmpegArguments } from './ffmpeg-arguments.js';
import { probedEntries, toMediaProbe } from './ffprobe-output.js';
import type { Toolbox } from './toolbox.js';

const longestJsonBytes = 4 << 20;

export const probeArguments = (inputPath: string): readonly string[] => [
  '-hide_banner',
  '-v',
  'error',
  '-show_entries',
  probedEntries,
  '-of',
  'json',
  ...guardedInput(inputPath),
];

/** Reads what a file is. Throws `not_media`, `empty_file`, `forbidden_format`, `unsupported_codec`, `corrupt_media`. */
export async function probe(toolbox: Toolbox, inputPath: string, signal: AbortSignal): Promise<MediaProbe> {
  const { stdout } = await toolbox.run('ffprobe', {
    inputPath,
    signal,
    arguments: probeArguments(inputPath),
    maximumOutputBytes: longestJsonBytes,
  });
  const found = toMediaProbe(stdout.toString('utf8'), (await stat(inputPath)).size);
  if (found.video === null && found.audio.length === 0)
    throw unsupported('corrupt_media', 'The file holds neither a picture nor sound that can be read.');
  if (found.durationSeconds > 0) return found;
  const durationSeconds = await measureDuration(toolbox, found, inputPath, signal);
  if (durationSeconds > 0) return { ...found, durationSeconds };
  throw unsupported('corrupt_media', 'The file holds not a single frame.');
}

export const measureDurationArguments = (inputPath: string): readonly string[] =>
  ffmpegArguments([
    ...guardedInput(inputPath),
    '-map',
    '0:v:0?',
    '-map',
    '0:a:0?',
    '-c',
    'copy',
    '-f',
    'null',
    '-',
  ]);

/** Browsers' recordings do not tell how long they are, nor do others truly: their packets, read without decoding, do. */
async function measureDuration(toolbox: Toolbox, found: MediaProbe, inputPath: string, signal: AbortSignal) {
  try {
    const { outTimeSeconds, frames } = await toolbox.run('ffmpeg', {
      inputPath,
      signal,
      arguments: measureDurationArguments(inputPath),
      maximumOutputBytes: 0,
    });
    return Math.max(outTimeSeconds, found.video ? frames / found.video.frameRate : 0);
  } catch (error) {
    if (isRetryable(error)) throw error;
    return 0;
  }
}
