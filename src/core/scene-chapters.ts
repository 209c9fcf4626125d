/** The file in which the chapters stand that scenes tell of, and whose details have them as `chapters`. */
export const scenesName = 'scenes.json';

/** One that scenes tell of: nobody gave it a title. */
export type SceneChapter = { readonly startSeconds: number; readonly endSeconds: number };

/** Of shorter films scenes make no chapters: nobody goes anywhere in them. */
export const shortestWithChaptersSeconds = 300;
