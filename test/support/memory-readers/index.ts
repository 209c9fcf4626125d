import type { Row } from '../../../src/core/projection.js';
import type { AnyProjection } from '../../../src/core/projection-store.js';
import type { Readers } from '../../../src/core/readers/index.js';
import { projections } from '../../../src/projections/index.js';
import { foldRowOperations } from '../../../src/runtime/projection/fold-row-operations.js';
import type { ViewEngine } from '../../contracts/readers/views-under-test.js';
import { applyChanges, operationsOf } from '../../kit/project-rows.js';
import { createJobsReader } from './jobs.js';
import { createLiveSourcesReader } from './live-sources.js';
import { createMediaHistoryReader } from './media-history.js';
import { createMediaLibraryReader } from './media-library.js';
import { createMediaLooksReader } from './media-looks.js';
import { createMediaSearchReader } from './media-search.js';
import { createModelsReader } from './models.js';
import { createModerationQueueReader } from './moderation-queue.js';
import { createPlaybackReader } from './playback.js';
import { createPopularityReader } from './popularity.js';
import { createRecommendationsReader } from './recommendations.js';
import { createTaxonomyReader } from './taxonomy.js';
import { createTrendingReader } from './trending.js';
import { createViewerActivityReader } from './viewer-activity.js';

/** The rows of a table as the projections wrote them: columns that nothing was written to are not there. */
export type RowsOf = (table: string) => readonly Row[];

const createMemoryReaders = (rowsOf: RowsOf): Readers => ({
  mediaLibrary: createMediaLibraryReader(rowsOf),
  playback: createPlaybackReader(rowsOf),
  mediaHistory: createMediaHistoryReader(rowsOf),
  mediaLooks: createMediaLooksReader(rowsOf),
  mediaSearch: createMediaSearchReader(rowsOf),
  moderationQueue: createModerationQueueReader(rowsOf),
  jobs: createJobsReader(rowsOf),
  recommendations: createRecommendationsReader(rowsOf),
  viewerActivity: createViewerActivityReader(rowsOf),
  popularity: createPopularityReader(rowsOf),
  trending: createTrendingReader(rowsOf),
  models: createModelsReader(rowsOf),
  liveSources: createLiveSourcesReader(rowsOf),
  taxonomy: createTaxonomyReader(rowsOf),
});

/** The product's views in memory. */
export function createMemoryViews(): ViewEngine {
  const tables = new Map<string, readonly Row[]>();
  const rowsOf: RowsOf = (table) => tables.get(table) ?? [];
  const views: readonly AnyProjection[] = projections;
  return {
    readers: createMemoryReaders(rowsOf),
    async project(events) {
      for (const view of views)
        for (const changes of foldRowOperations(view.tables, operationsOf(view, events)))
          tables.set(changes.table, applyChanges(rowsOf(changes.table), changes));
    },
    async empty() {
      tables.clear();
    },
    async stop() {},
  };
}
