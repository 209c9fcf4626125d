import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type SubtitlesRequest,
  subtitleFileName,
  type TextTrack,
  type WrittenSubtitles,
} from '../../../core/subtitle-tools.js';
import type { LeftOutReason } from '../../../core/video-tools.js';
import { vttFile } from '../../../core/webvtt.js';
import { makeFolders } from '../../../files/make-folders.js';
import { opened, pastNotTaken } from '../read-file.js';
import type { Toolbox } from '../toolbox.js';
import { decodingFor } from './character-sets.js';
import { cuesOf } from './cues.js';
import type { TextTrackBytes } from './gathered-texts.js';
import { clockOfSegments, subtitlePlaylist } from './subtitle-playlist.js';
import { isTextCodec } from './subtitle-tracks.js';
import { createTextPacketReader, type TextBytes, textPacketsArguments } from './text-packets.js';
import { textReaders } from './track-texts.js';

/** Players hold all of them, and a film of half a day with one a second has fewer. */
const mostCues = 50_000;
const mostFileBytes = 8 * 2 ** 20;
/** Forty tracks at their largest. */
const mostOutputBytes = 4e9;

/** The port's `writeSubtitles`. Text is read out of the file by ffprobe in its sandbox, and what it says is read here. */
export async function writeSubtitles(toolbox: Toolbox, request: SubtitlesRequest): Promise<WrittenSubtitles> {
  const { tracks, outputFolder, durationSeconds, signal } = request;
  const text = await textOf(toolbox, request);
  await makeFolders(join(outputFolder, 'subtitles'));
  const files: WrittenSubtitles['files'][number][] = [];
  const leftOut: WrittenSubtitles['leftOut'][number][] = [];
  for (const track of tracks) {
    // Others have their turn between two that are long.
    await nextTurn();
    signal.throwIfAborted();
    const { streamIndex, codec, language } = track;
    const read = readTrack(track, text, durationSeconds);
    text.tracks.delete(streamIndex);
    if ('reason' in read) {
      leftOut.push({ ...{ streamIndex, kind: 'subtitle', codec }, reason: read.reason });
      continue;
    }
    const [vtt, playlist] = [subtitleFileName(streamIndex, 'vtt'), subtitleFileName(streamIndex, 'm3u8')];
    await writeFile(join(outputFolder, vtt), read.file);
    await writeFile(join(outputFolder, playlist), subtitlePlaylist(basename(vtt), durationSeconds));
    const details = { streamIndex, language, cueCount: read.cueCount, characterSet: read.characterSet };
    files.push({ name: vtt, details }, { name: playlist, details });
  }
  return { files, leftOut };
}

async function textOf(toolbox: Toolbox, { inputPath, tracks, signal }: SubtitlesRequest): Promise<TextBytes> {
  return pastNotTaken(async (notTaken) => {
    const reader = createTextPacketReader(tracks.map(({ streamIndex }) => streamIndex));
    await toolbox.run('ffprobe', {
      ...{ inputPath, signal, maximumOutputBytes: mostOutputBytes, onOutput: reader.take },
      arguments: textPacketsArguments(inputPath, opened(notTaken)),
    });
    return reader.read();
  });
}

interface ReadTrack {
  readonly file: string;
  readonly cueCount: number;
  readonly characterSet: string;
}

function readTrack(
  { streamIndex, codec, language }: TextTrack,
  text: TextBytes,
  durationSeconds: number,
): ReadTrack | { readonly reason: LeftOutReason } {
  const bytes = text.tracks.get(streamIndex);
  if (!isTextCodec(codec) || !bytes) return { reason: 'codec_not_taken' };
  if (bytes.isTooMuch) return { reason: 'too_much_text' };
  const decoding = decodingFor(language);
  const read = textReaders[codec](bytes, decoding);
  const cues = cuesOf(timedTexts(bytes, text.startSeconds, read), durationSeconds);
  if (cues.length === 0) return { reason: 'cannot_be_decoded' };
  const file = vttFile(cues, [clockOfSegments]);
  if (cues.length > mostCues || file.length > mostFileBytes) return { reason: 'too_much_text' };
  return { file, cueCount: cues.length, characterSet: decoding.characterSet() };
}

const timedTexts = (
  { packets }: TextTrackBytes,
  zero: number,
  read: ReturnType<(typeof textReaders)['text']>,
): Parameters<typeof cuesOf>[0] =>
  packets.map(({ startSeconds, durationSeconds, bytes }) => ({
    ...{ startSeconds: startSeconds - zero, durationSeconds, text: read(bytes) },
  }));
