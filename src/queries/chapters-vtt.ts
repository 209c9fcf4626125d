import type { Chapter } from '../core/media-probe.js';
import type { ChapterSource } from '../core/readers/served-chapters.js';
import { vttFile, vttText } from '../core/webvtt.js';

/** Chapters as players read them (`<track kind="chapters">`), and who tells of them; one without a title is counted. */
export const chaptersVtt = (chapters: readonly Chapter[], source: ChapterSource): string =>
  vttFile(
    chapters.map(({ startSeconds, endSeconds, title }, index) => ({
      ...{ startSeconds, endSeconds },
      payload: vttText(title ?? `Chapter ${index + 1}`),
    })),
    source === 'file' ? [] : ['', `NOTE source: ${source}`],
  );
