import type { Chapter } from '../media-probe.js';
import type { SceneChapter } from '../scene-chapters.js';

/** Who tells of chapters: the file, or the cuts between its scenes. */
export const chapterSources = ['file', 'scenes'] as const;
export type ChapterSource = (typeof chapterSources)[number];

export interface ServedChapters {
  /** Null where there are none. */
  readonly source: ChapterSource | null;
  readonly chapters: readonly Chapter[];
}

/** What people put into a file goes before what was made of its pictures. */
export function servedChapters(
  ofFile: readonly Chapter[] | null | undefined,
  ofScenes: readonly SceneChapter[] | null | undefined,
): ServedChapters {
  if (ofFile && ofFile.length > 0) return { source: 'file', chapters: ofFile };
  if (ofScenes && ofScenes.length > 0)
    return { source: 'scenes', chapters: ofScenes.map((chapter) => ({ ...chapter, title: null })) };
  return { source: null, chapters: [] };
}
