import type { Readers } from '../../../core/readers/index.js';
import { createJobsReader } from './jobs.js';
import { createMediaHistoryReader } from './media-history.js';
import { createModerationQueueReader } from './moderation-queue.js';
import type { ReadDatabase } from './read-database.js';

/** Readers of the views in PostgreSQL, all on the same connections. */
export const createPostgresReaders = (database: ReadDatabase): Readers => ({
  mediaHistory: createMediaHistoryReader(database),
  moderationQueue: createModerationQueueReader(database),
  jobs: createJobsReader(database),
});
