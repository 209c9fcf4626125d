import { deadLetterCommands } from '../../commands/dead-letters.js';
import type { Execute } from '../../commands/execute.js';
import { interactionCommands } from '../../commands/interactions.js';
import { liveCommands } from '../../commands/live.js';
import { mediaCommands } from '../../commands/media.js';
import { modelCommands } from '../../commands/models.js';
import { moderationCommands } from '../../commands/moderation.js';
import { type ProjectionRebuilds, projectionRebuildCommands } from '../../commands/projection-rebuilds.js';
import { recommendationCommands } from '../../commands/recommendations.js';
import { type StartStorageCheck, storageCheckCommands } from '../../commands/storage-checks.js';
import { suggestionCommands } from '../../commands/suggestions.js';
import { taxonomyCommands } from '../../commands/taxonomy.js';
import { uploadFileCommand } from '../../commands/upload-file.js';
import type { Uploads } from '../../commands/uploads/uploads.js';
import { viewerCommands } from '../../commands/viewers.js';
import type { BlobStore } from '../../core/blob-store.js';
import type { DeadLetters } from '../../core/dead-letter.js';
import type { FileSource } from '../../core/file-source.js';
import type { FrameTopic } from '../../core/frame-topic.js';
import type { HotAnswers } from '../../core/hot-answers.js';
import type { JobDepth } from '../../core/job-queue.js';
import type { Readers } from '../../core/readers/index.js';
import type { StorageReports } from '../../core/storage-report.js';
import { eventDefinitions } from '../../domain/index.js';
import { liveStream } from '../../domain/live/live.js';
import { liveEvents } from '../../domain/live/live-events.js';
import type { ModerationPolicy } from '../../domain/media/moderation-policy-document.js';
import { longestClaimSeconds } from '../../domain/media/review/review-matter.js';
import { derivativeKinds } from '../../domain/media/steps/step-table.js';
import { builtInTaxonomy } from '../../domain/taxonomy/built-in-taxonomy.js';
import { eventFeed } from '../../feed/event-feed.js';
import { liveStreamQuery } from '../../feed/live-stream.js';
import type { Endpoint } from '../../http/endpoint.js';
import { jobQueries } from '../../queries/jobs.js';
import { liveSourceQueries } from '../../queries/live-sources.js';
import { mediaHistoryQueries } from '../../queries/media-history.js';
import { mediaLibraryQueries } from '../../queries/media-library.js';
import { modelQueries } from '../../queries/models.js';
import { moderationPolicyQueries, type ShownPolicy } from '../../queries/moderation-policy.js';
import { moderationQueueQueries } from '../../queries/moderation-queue.js';
import { nearDuplicateQueries } from '../../queries/near-duplicates.js';
import { operationQueries } from '../../queries/operations.js';
import { playbackQueries } from '../../queries/playback.js';
import { recommendationQueries } from '../../queries/recommendations.js';
import { searchQueries } from '../../queries/search.js';
import { storageCheckQueries } from '../../queries/storage-check.js';
import { taxonomyQueries } from '../../queries/taxonomy.js';
import { trendingQueries } from '../../queries/trending.js';
import { usageQueries } from '../../queries/usage.js';
import { systemClock } from '../../runtime/clock.js';
import { createDecidersOf } from './deciders-of.js';
import type { Storage } from './open-storage.js';

export const commandEndpoints = (dependencies: {
  readonly execute: Execute;
  readonly uploads: Pick<Uploads, 'ingestFile' | 'endDeleted'>;
  readonly storage: Pick<Storage, 'store' | 'viewers' | 'erase'>;
  readonly live: {
    readonly topic: Pick<FrameTopic, 'publish' | 'discard'>;
    readonly heartbeatSeconds: number;
    readonly countPublished: (frames: number) => void;
  };
  readonly source: FileSource;
  readonly queue: DeadLetters;
  readonly rebuilds: ProjectionRebuilds;
  readonly checks: StartStorageCheck;
  readonly models: Readers['models'];
  readonly liveSources: Readers['liveSources'];
  readonly policy: ModerationPolicy;
  readonly reviewers: readonly string[];
}): Endpoint[] => {
  const { execute, uploads, storage, source, queue, rebuilds, checks, models } = dependencies;
  return [
    ...uploadFileCommand(uploads.ingestFile, { execute, source }),
    ...mediaCommands(execute, uploads.endDeleted, dependencies.policy),
    ...moderationCommands({
      ...{ execute, now: systemClock.now, policy: dependencies.policy, reviewers: dependencies.reviewers },
      decidersOf: createDecidersOf(storage),
    }),
    ...interactionCommands({ execute, ...storage, now: systemClock.now }),
    ...recommendationCommands(execute, storage.viewers),
    ...viewerCommands({ execute, ...storage }),
    ...deadLetterCommands(queue),
    ...projectionRebuildCommands(rebuilds),
    ...storageCheckCommands(checks),
    ...modelCommands(execute, { models, store: storage.store }),
    ...taxonomyCommands(execute),
    ...suggestionCommands(execute, dependencies.policy),
    ...liveCommands({
      ...{ execute, store: storage.store, erase: storage.erase, now: systemClock.now },
      ...{ sources: dependencies.liveSources, ...dependencies.live },
    }),
  ];
};

export const queryEndpoints = (dependencies: {
  readonly storage: Pick<
    Storage,
    'store' | 'viewers' | 'sagaStore' | 'projectionStatuses' | 'presence' | 'usage' | 'waiter'
  >;
  /** Apart, so that playing never waits behind lists, nor operators behind everybody. */
  readonly readers: Readonly<Record<'playback' | 'operators' | 'everybody', Readers>>;
  readonly hot: HotAnswers;
  readonly blobs: BlobStore;
  readonly queue: DeadLetters & JobDepth;
  readonly reports: StorageReports;
  readonly stopping: AbortSignal;
  readonly publicOriginals: boolean;
  readonly segmentCacheSeconds: number;
  readonly policy: ShownPolicy;
  /** All there are, by what history calls them. */
  readonly reviewers: readonly string[];
}): Endpoint[] => {
  const { storage, readers, hot, blobs, queue, reports, stopping } = dependencies;
  const { store, viewers, sagaStore } = storage;
  const { operators } = readers;
  return [
    ...mediaLibraryQueries(
      {
        playback: readers.playback.mediaLibrary,
        operators: readers.operators.mediaLibrary,
        everybody: readers.everybody.mediaLibrary,
      },
      hot,
    ),
    ...searchQueries(readers.everybody.mediaSearch, readers.everybody.mediaLibrary),
    ...mediaHistoryQueries(readers.operators.mediaHistory),
    ...nearDuplicateQueries(operators.mediaLooks),
    ...playbackQueries(readers.playback.playback, blobs, hot, {
      ...dependencies,
      derivatives: derivativeKinds,
    }),
    ...moderationQueueQueries({
      ...{ queue: readers.operators.moderationQueue, blobs, now: systemClock.now },
      reviewers: dependencies.reviewers,
      longestClaimSeconds: () => longestClaimSeconds(dependencies.policy),
    }),
    ...moderationPolicyQueries(dependencies.policy),
    ...recommendationQueries(operators, viewers, hot),
    ...trendingQueries(readers.everybody.trending, hot),
    ...jobQueries(readers.operators.jobs),
    ...operationQueries({
      ...{ projections: storage.projectionStatuses, sagas: sagaStore, queue },
      workers: storage.presence,
    }),
    ...usageQueries({ usage: storage.usage, now: Date.now }),
    ...storageCheckQueries(reports),
    ...modelQueries(operators.models),
    ...taxonomyQueries(readers.everybody.taxonomy, builtInTaxonomy),
    ...liveSourceQueries(operators.liveSources),
    liveStreamQuery({
      ...{ store, viewers, stopping, waiter: storage.waiter, sources: operators.liveSources },
      ...{ eventTypes: Object.keys(liveEvents), streamOf: liveStream },
    }),
    ...eventFeed({ store, viewers, eventTypes: Object.keys(eventDefinitions), stopping }),
  ];
};
