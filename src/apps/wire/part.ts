import type { FastifyInstance } from 'fastify';
import type { Execute } from '../../commands/execute.js';
import type { BlobStore } from '../../core/blob-store.js';
import type { FrameTopic } from '../../core/frame-topic.js';
import type { JobQueue } from '../../core/job-queue.js';
import type { Logger } from '../../core/logger.js';
import type { MediaTools } from '../../core/sound-tools.js';
import type { VideoToolsDescription } from '../../core/tool-description.js';
import type { Endpoint } from '../../http/endpoint.js';
import type { Observing } from '../../observing/observing.js';
import type { StandingSources } from '../../observing/standing.js';
import type { Config } from '../config.js';
import type { Access } from '../http/access.js';
import type { HealthChecks } from '../http/health.js';
import type { Role } from '../roles.js';
import type { Closers } from './closers.js';
import type { OpenHotViews } from './open-hot-views.js';
import type { OpenInference } from './open-inference.js';
import type { OpenReaders, Storage } from './open-storage.js';

/** What a role finds when it is put together. What not every role needs is opened by the first one that asks. */
export interface PartContext {
  readonly config: Config;
  readonly roles: ReadonlySet<Role>;
  readonly storage: Storage;
  blobs(): Promise<BlobStore>;
  readonly readers: OpenReaders;
  jobQueue(): Promise<JobQueue>;
  frameTopic(): Promise<FrameTopic>;
  /** The process's own folder for files that are worked on: its path. */
  workFolder(): Promise<string>;
  videoTools(): Promise<MediaTools>;
  readonly inference: OpenInference;
  /** Carries out a command, whoever sends it, on the one bus of the process: from the start of the parts on. */
  readonly execute: Execute;
  readonly hotViews: OpenHotViews;
  readonly access: Access;
  readonly observing: Observing;
  readonly closers: Closers;
  readonly logger: Logger;
  /** Fires when the process stops. */
  readonly stopping: AbortSignal;
}

/** What one role adds to its process. */
export interface Part {
  readonly endpoints?: readonly Endpoint[];
  /** Routes that are no endpoints. */
  mount?(server: FastifyInstance): Promise<void>;
  readonly checks?: HealthChecks;
  readonly metrics?: StandingSources;
  /** Begins the role's own work. Resolves when it has begun; `done` when `stopping` has ended it. */
  start?(): Promise<{ readonly done: Promise<unknown> }>;
  /** Sentences for the operator. */
  advice?(): Promise<Pick<VideoToolsDescription, 'warnings' | 'notes'>>;
}
