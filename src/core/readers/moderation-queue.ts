import type { JsonObject } from '../json.js';
import type { Instant } from '../time.js';
import type { ViewsRead } from './views-read.js';

/** A frame that the model looked at. */
export interface ScoredFrame {
  readonly atSeconds: number;
  readonly blobKey: string;
  /** From 0 to 1, by class. */
  readonly scores: Readonly<Record<string, number>>;
}

/** What a person may decide on. */
export interface QueuedItem {
  readonly mediaId: string;
  readonly title: string;
  /** Of the policy, that sent it here. */
  readonly rule: string;
  readonly explanation: string;
  readonly model: JsonObject | null;
  /** In the order they were taken in. */
  readonly frames: readonly ScoredFrame[];
  /** When the policy decided. */
  readonly since: Instant;
}

export interface ModerationQueueReader {
  /** Up to `limit` items that wait for a person, or that the policy rejected and a person may still approve; oldest first. */
  oldest(status: 'in_review' | 'rejected', limit: number): Promise<readonly QueuedItem[]>;
  /** Undefined for an item on which a person has nothing to decide, or no more. */
  frames(mediaId: string): Promise<readonly ScoredFrame[] | undefined>;
  /** Key of the uploaded file in the blob store; undefined as above. */
  originalKey(mediaId: string): Promise<string | undefined>;
}

export const moderationQueueViews = {
  oldest: ['moderation-queue'],
  frames: ['moderation-queue'],
  originalKey: ['moderation-queue', 'media-library'],
} as const satisfies ViewsRead<ModerationQueueReader>;
