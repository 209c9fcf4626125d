import type { MigrationInterface } from 'typeorm';
import { EventStore1763700000001 } from './0001-event-store.js';
import { DeadLetters1763700000002 } from './0002-dead-letters.js';
import { Projections1763700000003 } from './0003-projections.js';
import { Sagas1763700000004 } from './0004-sagas.js';
import { Uploads1763700000005 } from './0005-uploads.js';
import { Views1763700000006 } from './0006-views.js';
import { LongDeadLetters1763700000007 } from './0007-long-dead-letters.js';
import { CompletedSagas1763700000008 } from './0008-completed-sagas.js';
import { Popularity1763700000009 } from './0009-popularity.js';
import { FadingInterest1763700000010 } from './0010-fading-interest.js';
import { LateInteractions1763700000011 } from './0011-late-interactions.js';
import { RecommendationRequests1763700000012 } from './0012-recommendation-requests.js';
import { UploadCallers1763700000013 } from './0013-upload-callers.js';
import { JobCancellations1763700000014 } from './0014-job-cancellations.js';
import { ReplaysOfDeadLetters1763700000015 } from './0015-replays-of-dead-letters.js';
import { StepsInParts1763700000016 } from './0016-steps-in-parts.js';
import { AppendToLog1763700000017 } from './0017-append-to-log.js';
import { OriginsOfDeadLetters1763700000018 } from './0018-origins-of-dead-letters.js';
import { OriginsOfUploads1763700000019 } from './0019-origins-of-uploads.js';
import { ConsumerCheckpoints1763700000020 } from './0020-consumer-checkpoints.js';
import { ErasureOfMedia1763700000021 } from './0021-erasure-of-media.js';
import { AttemptClaims1763700000022 } from './0022-attempt-claims.js';
import { Viewers1763700000023 } from './0023-viewers.js';
import { PreviewGifs1763700000024 } from './0024-preview-gifs.js';
import { MediaDerivatives1763700000025 } from './0025-media-derivatives.js';
import { RebuildsOfViews1763700000026 } from './0026-rebuilds-of-views.js';
import { Locks1763700000027 } from './0027-locks.js';
import { WorkerProcesses1763700000028 } from './0028-worker-processes.js';
import { JobBacklogs1763700000029 } from './0029-job-backlogs.js';
import { Sound1763700000035 } from './0035-sound.js';
import { Duplicates1763700000040 } from './0040-duplicates.js';
import { TypesOfLists1763700000049 } from './0049-types-of-lists.js';
import { LeftOutTracks1763700000052 } from './0052-left-out-tracks.js';
import { Quality1763700000056 } from './0056-quality.js';
import { StartedSteps1763700000058 } from './0058-started-steps.js';
import { SongsFound1763700000062 } from './0062-songs-found.js';
import { Models1763700000063 } from './0063-models.js';
import { ModerationQueueStatus1763700000067 } from './0067-moderation-queue-status.js';
import { ModerationCauses1763700000068 } from './0068-moderation-causes.js';
import { AppealsAndClaims1763700000069 } from './0069-appeals-and-claims.js';
import { InferenceUsage1763700000073 } from './0073-inference-usage.js';
import { InferenceTokens1763700000074 } from './0074-inference-tokens.js';
import { MediaSearch1763700000077 } from './0077-media-search.js';
import { LiveSources1763700000086 } from './0086-live-sources.js';
import { Taxonomy1763700000087 } from './0087-taxonomy.js';
import { SuggestedMetadata1763700000088 } from './0088-suggested-metadata.js';
import { MediaLooks1763700000091 } from './0091-media-looks.js';
import { KindsOfModels1763700000092 } from './0092-kinds-of-models.js';
import { HeadsInTheQueue1763700000093 } from './0093-heads-in-the-queue.js';
import { MediaAbout1763700000095 } from './0095-media-about.js';

/** Every migration in order; the name's number is the order TypeORM runs them in. */
export const migrations: readonly (new () => MigrationInterface)[] = [
  EventStore1763700000001,
  DeadLetters1763700000002,
  Projections1763700000003,
  Sagas1763700000004,
  Uploads1763700000005,
  Views1763700000006,
  LongDeadLetters1763700000007,
  CompletedSagas1763700000008,
  Popularity1763700000009,
  FadingInterest1763700000010,
  LateInteractions1763700000011,
  RecommendationRequests1763700000012,
  UploadCallers1763700000013,
  JobCancellations1763700000014,
  ReplaysOfDeadLetters1763700000015,
  StepsInParts1763700000016,
  AppendToLog1763700000017,
  OriginsOfDeadLetters1763700000018,
  OriginsOfUploads1763700000019,
  ConsumerCheckpoints1763700000020,
  ErasureOfMedia1763700000021,
  AttemptClaims1763700000022,
  Viewers1763700000023,
  PreviewGifs1763700000024,
  MediaDerivatives1763700000025,
  RebuildsOfViews1763700000026,
  Locks1763700000027,
  WorkerProcesses1763700000028,
  JobBacklogs1763700000029,
  Sound1763700000035,
  Duplicates1763700000040,
  TypesOfLists1763700000049,
  LeftOutTracks1763700000052,
  Quality1763700000056,
  StartedSteps1763700000058,
  SongsFound1763700000062,
  Models1763700000063,
  ModerationQueueStatus1763700000067,
  ModerationCauses1763700000068,
  AppealsAndClaims1763700000069,
  InferenceUsage1763700000073,
  InferenceTokens1763700000074,
  MediaSearch1763700000077,
  LiveSources1763700000086,
  Taxonomy1763700000087,
  SuggestedMetadata1763700000088,
  MediaLooks1763700000091,
  KindsOfModels1763700000092,
  HeadsInTheQueue1763700000093,
  MediaAbout1763700000095,
];
