import type { JsonObject } from '../json.js';
import type { MediaKind } from '../media-kind.js';
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
  readonly type: MediaKind | null;
  /** What sent it here: a rule of the policy, or `taken_down`. */
  readonly rule: string;
  readonly explanation: string;
  readonly model: JsonObject | null;
  /** In the order they were taken in. */
  readonly frames: readonly ScoredFrame[];
  /** When that was. */
  readonly since: Instant;
}

export interface ModerationQueueReader {
  /** Up to `limit` items, of a kind or of all, that wait for a person, or that are rejected and a person may still approve; oldest first. */
  oldest(
    filter: { readonly status: 'in_review' | 'rejected'; readonly type?: MediaKind | undefined },
    limit: number,
  ): Promise<readonly QueuedItem[]>;
  /** Undefined for an item on which a person has nothing to decide, or no more. */
  frames(mediaId: string): Promise<readonly ScoredFrame[] | undefined>;
  /** The uploaded file; undefined as above. */
  original(
    mediaId: string,
  ): Promise<{ readonly blobKey: string; readonly contentType: string | null } | undefined>;
}

export const moderationQueueViews = {
  oldest: ['moderation-queue', 'media-library'],
  frames: ['moderation-queue'],
  original: ['moderation-queue', 'media-library'],
} as const satisfies ViewsRead<ModerationQueueReader>;
