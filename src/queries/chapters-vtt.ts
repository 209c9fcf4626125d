import type { Chapter } from '../core/media-probe.js';
import { vttFile, vttText } from '../core/webvtt.js';

/** Chapters as players read them (`<track kind="chapters">`); one without a title is counted. */
export const chaptersVtt = (chapters: readonly Chapter[]): string =>
  vttFile(
    chapters.map(({ startSeconds, endSeconds, title }, index) => ({
      ...{ startSeconds, endSeconds },
      payload: vttText(title ?? `Chapter ${index + 1}`),
    })),
  );
