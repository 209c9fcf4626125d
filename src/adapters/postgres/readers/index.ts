import type { Readers } from '../../../core/readers/index.js';
import { createJobsReader } from './jobs.js';
import { createLiveSourcesReader } from './live-sources.js';
import { createMediaHistoryReader } from './media-history.js';
import { createMediaLibraryReader } from './media-library.js';
import { createMediaLooksReader } from './media-looks.js';
import { createModelsReader } from './models.js';
import { createModerationQueueReader } from './moderation-queue.js';
import { createPlaybackReader } from './playback.js';
import { createPopularityReader } from './popularity.js';
import type { ReadDatabase } from './read-database.js';
import { createRecommendationsReader } from './recommendations.js';
import { createMediaSearchReader } from './search/media-search.js';
import { createTaxonomyReader } from './taxonomy.js';
import { createTrendingReader } from './trending.js';
import { createViewerActivityReader } from './viewer-activity.js';

/** Readers of the views in PostgreSQL, all on the same connections. */
export const createPostgresReaders = (database: ReadDatabase): Readers => ({
  mediaLibrary: createMediaLibraryReader(database),
  playback: createPlaybackReader(database),
  mediaHistory: createMediaHistoryReader(database),
  mediaLooks: createMediaLooksReader(database),
  mediaSearch: createMediaSearchReader(database),
  moderationQueue: createModerationQueueReader(database),
  jobs: createJobsReader(database),
  recommendations: createRecommendationsReader(database),
  viewerActivity: createViewerActivityReader(database),
  popularity: createPopularityReader(database),
  trending: createTrendingReader(database),
  models: createModelsReader(database),
  liveSources: createLiveSourcesReader(database),
  taxonomy: createTaxonomyReader(database),
});
