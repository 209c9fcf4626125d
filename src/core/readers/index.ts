import { type JobsReader, jobsViews } from './jobs.js';
import { type MediaHistoryReader, mediaHistoryViews } from './media-history.js';
import { type MediaLibraryReader, mediaLibraryViews } from './media-library.js';
import { type ModerationQueueReader, moderationQueueViews } from './moderation-queue.js';
import { type PlaybackReader, playbackViews } from './playback.js';
import type { ViewsRead } from './views-read.js';

/** What can be read of the views. An engine that keeps views has every one of these. */
export interface Readers {
  readonly mediaLibrary: MediaLibraryReader;
  readonly playback: PlaybackReader;
  readonly mediaHistory: MediaHistoryReader;
  readonly moderationQueue: ModerationQueueReader;
  readonly jobs: JobsReader;
}

/** Which views each reader reads, question by question. */
export const viewsRead: { readonly [View in keyof Readers]: ViewsRead<Readers[View]> } = {
  mediaLibrary: mediaLibraryViews,
  playback: playbackViews,
  mediaHistory: mediaHistoryViews,
  moderationQueue: moderationQueueViews,
  jobs: jobsViews,
};
