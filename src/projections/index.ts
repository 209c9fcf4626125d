import { jobs } from './jobs.js';
import { liveSources } from './live-sources.js';
import { mediaHistory } from './media-history.js';
import { mediaLibrary } from './media-library.js';
import { mediaLooks } from './media-looks.js';
import { mediaSearch } from './media-search.js';
import { models } from './models.js';
import { moderationQueue } from './moderation-queue.js';
import { popularity } from './popularity.js';
import { recommendations } from './recommendations.js';
import { taxonomy } from './taxonomy.js';
import { trending } from './trending.js';
import { viewerActivity } from './viewer-activity.js';

/** Every view the product keeps. */
export const projections = [
  mediaLibrary,
  mediaHistory,
  mediaLooks,
  mediaSearch,
  moderationQueue,
  jobs,
  recommendations,
  viewerActivity,
  popularity,
  trending,
  models,
  liveSources,
  taxonomy,
];
