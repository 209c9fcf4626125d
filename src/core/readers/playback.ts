import type { Storyboard } from '../video-tools.js';
import type { LibraryRendition } from './media-library.js';
import type { ServedChapters } from './served-chapters.js';
import type { StoredSoundTrack } from './sound-tracks.js';
import type { StoredSubtitleTrack } from './subtitle-tracks.js';
import type { ViewsRead } from './views-read.js';

export interface StoredRendition extends Omit<LibraryRendition, 'sizeBytes' | 'durationSeconds'> {
  /** Its files lie below it in the blob store. */
  readonly blobPrefix: string;
}

export interface StoredStoryboard extends Storyboard {
  /** Its sprites lie below it in the blob store. */
  readonly blobPrefix: string;
}

/**
 * What players and pages fetch: the library's published items. Of whatever is not public (in review, rejected, deleted,
 * not ready) as of an id that no item has, there is nothing: undefined, or an empty list.
 */
export interface PlaybackReader {
  /** In no order. */
  renditions(mediaId: string): Promise<readonly StoredRendition[]>;
  /** Of the file, in its order; of items that are not published as well. */
  soundTracks(mediaId: string): Promise<readonly StoredSoundTrack[]>;
  /** Those that are there to be shown, in the order of the file; of items that are not published as well. */
  subtitleTracks(mediaId: string): Promise<readonly StoredSubtitleTrack[]>;
  /** What is served under a name of its own; `file` is null while there is none. */
  derivative(
    mediaId: string,
    name: string,
  ): Promise<
    { readonly file: { readonly blobKey: string; readonly contentType: string } | null } | undefined
  >;
  /** `storyboard` is null while there is none. */
  storyboard(mediaId: string): Promise<
    | {
        readonly storyboard: StoredStoryboard | null;
        readonly durationSeconds: number | null;
      }
    | undefined
  >;
  /** That the file tells of; where it tells of none, those that its scenes do. */
  chapters(mediaId: string): Promise<ServedChapters | undefined>;
  /** The uploaded file. */
  original(mediaId: string): Promise<
    | {
        readonly blobKey: string;
        readonly filename: string;
        readonly contentType: string | null;
      }
    | undefined
  >;
}

export const playbackViews = {
  renditions: ['media-library'],
  soundTracks: ['media-library'],
  subtitleTracks: ['media-library'],
  derivative: ['media-library'],
  storyboard: ['media-library'],
  chapters: ['media-library'],
  original: ['media-library'],
} as const satisfies ViewsRead<PlaybackReader>;
