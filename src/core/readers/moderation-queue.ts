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

/** A frame that led to the decision, and what it was taken for. */
export interface FrameCause {
  readonly class: string;
  /** 0..1 */
  readonly score: number;
  /** Its place among the frames. */
  readonly frame: number;
  readonly atSeconds: number;
}

/** What its authors call it, and the hash of what it says. */
export interface PolicyIdentity {
  readonly version: string;
  readonly hash: string;
}

/** What a person may decide on. */
export interface QueuedItem {
  readonly mediaId: string;
  readonly title: string;
  readonly type: MediaKind | null;
  /** What sent it here: a rule of the policy, or `taken_down`. */
  readonly rule: string;
  readonly explanation: string;
  /** Of the policy's decision; null where none was asked, and of decisions by earlier releases. */
  readonly policy: PolicyIdentity | null;
  /** What speaks against it, the surest first; also of what the policy approved all the same. */
  readonly causes: readonly FrameCause[];
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
