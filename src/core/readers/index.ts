import { type JobsReader, jobsViews } from './jobs.js';
import { type LiveSourcesReader, liveSourcesViews } from './live-sources.js';
import { type MediaHistoryReader, mediaHistoryViews } from './media-history.js';
import { type MediaLibraryReader, mediaLibraryViews } from './media-library.js';
import { type MediaLooksReader, mediaLooksViews } from './media-looks.js';
import { type MediaSearchReader, mediaSearchViews } from './media-search.js';
import { type ModelsReader, modelsViews } from './models.js';
import { type ModerationQueueReader, moderationQueueViews } from './moderation-queue.js';
import { type PlaybackReader, playbackViews } from './playback.js';
import { type PopularityReader, popularityViews } from './popularity.js';
import { type RecommendationsReader, recommendationsViews } from './recommendations.js';
import { type TaxonomyReader, taxonomyViews } from './taxonomy.js';
import { type TrendingReader, trendingViews } from './trending.js';
import { type ViewerActivityReader, viewerActivityViews } from './viewer-activity.js';
import type { ViewsRead } from './views-read.js';

/** What can be read of the views. An engine that keeps views has every one of these. */
export interface Readers {
  readonly mediaLibrary: MediaLibraryReader;
  readonly playback: PlaybackReader;
  readonly mediaHistory: MediaHistoryReader;
  readonly mediaLooks: MediaLooksReader;
  readonly mediaSearch: MediaSearchReader;
  readonly moderationQueue: ModerationQueueReader;
  readonly jobs: JobsReader;
  readonly recommendations: RecommendationsReader;
  readonly viewerActivity: ViewerActivityReader;
  readonly popularity: PopularityReader;
  readonly trending: TrendingReader;
  readonly models: ModelsReader;
  readonly liveSources: LiveSourcesReader;
  readonly taxonomy: TaxonomyReader;
}

/** Which views each reader reads, question by question. */
export const viewsRead: { readonly [View in keyof Readers]: ViewsRead<Readers[View]> } = {
  mediaLibrary: mediaLibraryViews,
  playback: playbackViews,
  mediaHistory: mediaHistoryViews,
  mediaLooks: mediaLooksViews,
  mediaSearch: mediaSearchViews,
  moderationQueue: moderationQueueViews,
  jobs: jobsViews,
  recommendations: recommendationsViews,
  viewerActivity: viewerActivityViews,
  popularity: popularityViews,
  trending: trendingViews,
  models: modelsViews,
  liveSources: liveSourcesViews,
  taxonomy: taxonomyViews,
};
