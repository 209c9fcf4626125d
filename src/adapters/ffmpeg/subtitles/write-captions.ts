import { writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { CaptionsRequest } from '../../../core/subtitle-tools.js';
import type { DrawnFile } from '../../../core/video-tools.js';
import { vttFile } from '../../../core/webvtt.js';
import { makeFolders } from '../../../files/make-folders.js';
import { plainText, vttPayload } from './styled-text.js';
import { clockOfSegments, subtitlePlaylist } from './subtitle-playlist.js';

/** The port's `writeCaptions`. */
export async function writeCaptions(request: CaptionsRequest): Promise<readonly DrawnFile[]> {
  const { outputFolder, lines, durationSeconds, language, name, playlistName } = request;
  const cues = lines.flatMap(({ startSeconds, endSeconds, text }) => {
    const payload = vttPayload(plainText(text));
    const end = Math.min(endSeconds, durationSeconds);
    return payload === '' || end <= startSeconds ? [] : [{ startSeconds, endSeconds: end, payload }];
  });
  await makeFolders(join(outputFolder, dirname(name)));
  await writeFile(join(outputFolder, name), vttFile(cues, [clockOfSegments]));
  await writeFile(join(outputFolder, playlistName), subtitlePlaylist(basename(name), durationSeconds));
  const details = { language, cueCount: cues.length };
  return [
    { name, details },
    { name: playlistName, details },
  ];
}
