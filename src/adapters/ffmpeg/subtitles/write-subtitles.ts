import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type SubtitlesRequest,
  subtitleFileName,
  type WrittenSubtitles,
} from '../../../core/subtitle-tools.js';
import { makeFolders } from '../../../files/make-folders.js';
import { opened, pastNotTaken } from '../read-file.js';
import type { Toolbox } from '../toolbox.js';
import { subtitlePlaylist } from './subtitle-playlist.js';
import { createTextPacketReader, type TextBytes, textPacketsArguments } from './text-packets.js';
import { readTrack } from './track-file.js';

/** Forty tracks at their largest. */
const mostOutputBytes = 4e9;

/** The port's `writeSubtitles`. Text is read out of the file by ffprobe in its sandbox, and what it says is read here. */
export async function writeSubtitles(toolbox: Toolbox, request: SubtitlesRequest): Promise<WrittenSubtitles> {
  const { tracks, outputFolder, durationSeconds, signal } = request;
  const text = await textOf(toolbox, request);
  await makeFolders(join(outputFolder, 'subtitles'));
  const files: WrittenSubtitles['files'][number][] = [];
  const leftOut: WrittenSubtitles['leftOut'][number][] = [];
  const texts: WrittenSubtitles['texts'][number][] = [];
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
    texts.push({ language, streamIndex, lines: read.lines });
    files.push({ name: vtt, details }, { name: playlist, details });
  }
  return { files, leftOut, texts };
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
