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

/** The command that encodes one track of sound; run it where its folder is. */
export const audioTrackArguments = ({
  inputPath,
  audio,
  durationSeconds,
}: Pick<AudioTrackRequest, 'inputPath' | 'audio' | 'durationSeconds'>): readonly string[] =>
  ffmpegArguments([
    // Damage in the input is judged by what came out.
    ...['-max_error_rate', '1'],
    ...guardedInput(inputPath),
    ...audioOutput(audio, durationSeconds),
    // The film has ended by then, whatever this track goes on with.
    ...hlsOutput(furtherAudioName(audio.streamIndex), audio.paddedToSeconds ?? durationSeconds),
  ]);

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
