import { join } from 'node:path';
import { furtherAudioName } from '../../core/served-audio.js';
import type { AudioTrackRequest, TranscodedRendition } from '../../core/video-tools.js';
import { makeFolders } from '../../files/make-folders.js';
import { guardedInput } from './allow-lists.js';
import { ffmpegArguments } from './ffmpeg-arguments.js';
import { finishPlaylist } from './finish-playlist.js';
import { audioOutput, hlsOutput, largestSegmentBytes, longestShownSeconds } from './hls-arguments.js';
import { readRendition } from './hls-renditions.js';
import { checkOutput, type ItemLimits, mostOfLadder } from './item-limits.js';
import { fractionReporter } from './progress.js';
import { soundWallClock } from './sound/sound-limits.js';
import type { Toolbox } from './toolbox.js';

/**
 * Of broadcast (`AVFMT_TS_DISCONT`) ffmpeg counts from the first of the streams that it uses, and takes one that begins
 * much later than what it has read for a new beginning. So those that the film's clock is made of are read to the end.
 */
const clockOutput = (clockStreams: readonly number[], limitSeconds: number): readonly string[] =>
  clockStreams.length === 0
    ? []
    : [
        ...clockStreams.flatMap((streamIndex) => ['-map', `0:${streamIndex}`]),
        ...['-c', 'copy', '-t', limitSeconds.toFixed(3), '-f', 'null', '-'],
      ];

/** The command that encodes one track of sound; run it where its folder is. */
export const audioTrackArguments = ({
  inputPath,
  audio,
  clockStreams = [],
  durationSeconds,
}: Pick<
  AudioTrackRequest,
  'inputPath' | 'audio' | 'clockStreams' | 'durationSeconds'
>): readonly string[] => {
  // The film has ended by then, whatever this track goes on with.
  const limitSeconds = audio.paddedToSeconds ?? durationSeconds;
  return ffmpegArguments([
    // Damage in the input is judged by what came out.
    ...['-max_error_rate', '1'],
    ...guardedInput(inputPath),
    ...audioOutput(audio, durationSeconds),
    ...hlsOutput(furtherAudioName(audio.streamIndex), limitSeconds),
    ...clockOutput(clockStreams, limitSeconds),
  ]);
};

/** The port's `encodeAudioTrack`. */
export async function encodeAudioTrack(
  toolbox: Toolbox,
  itemLimits: ItemLimits,
  request: AudioTrackRequest,
): Promise<TranscodedRendition> {
  const { inputPath, outputFolder, audio, besidesBps, durationSeconds, signal } = request;
  const name = furtherAudioName(audio.streamIndex);
  checkOutput({ rungs: [{ bitrateBps: besidesBps }], audio, durationSeconds }, itemLimits);
  await makeFolders(join(outputFolder, name));
  await toolbox.run('ffmpeg', {
    ...{ inputPath, signal, workFolder: outputFolder, maximumOutputBytes: 0 },
    arguments: audioTrackArguments(request),
    maximumFileBytes: largestSegmentBytes([]),
    maximumInFolder: mostOfLadder({ rungs: [], audio, durationSeconds }, itemLimits),
    wallClockSeconds: soundWallClock(longestShownSeconds(durationSeconds)),
    onProgress: fractionReporter(request, durationSeconds),
  });
  await finishPlaylist(join(outputFolder, name));
  const rendition = await readRendition(outputFolder, name, 'audio');
  request.onProgress({ fraction: 1, speed: null });
  return rendition;
}
