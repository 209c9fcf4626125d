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

/** What waits for a person: in doubt, appealed against, to be taken down if a second person agrees, or looked at by chance. */
export const waitingStatuses = ['in_review', 'appeal', 'takedown', 'audit'] as const;
/** Beside these, what is rejected and a person may approve. */
export type QueueStatus = (typeof waitingStatuses)[number] | 'rejected';

/** What a person said. */
export interface SaidByPerson {
  readonly decision: 'approve' | 'reject';
  readonly reason: string;
  readonly reviewer: string;
  readonly at: Instant;
}

/** What a person may decide on. */
export interface QueuedItem {
  readonly mediaId: string;
  readonly title: string;
  readonly type: MediaKind | null;
  readonly status: QueueStatus;
  /** What sent it here: a rule of the policy, or `taken_down`. */
  readonly rule: string;
  readonly explanation: string;
  /** Of the policy's decision; null where none was asked, and of decisions by earlier releases. */
  readonly policy: PolicyIdentity | null;
  /** What speaks against it, the surest first. */
  readonly causes: readonly FrameCause[];
  /** What a model trained on people's decisions says; null where none was in use. */
  readonly head: { readonly modelId: string; readonly score: number; readonly threshold: number } | null;
  readonly model: JsonObject | null;
  /** In the order they were taken in. */
  readonly frames: readonly ScoredFrame[];
  /** When that was. */
  readonly since: Instant;
  /** A person's, on which is to be decided now; null where it was the policy's. */
  readonly decision: (SaidByPerson & { readonly about: string }) | null;
  /** What the last person said that another has to agree on. */
  readonly opinion: SaidByPerson | null;
  /** Who decided last; nobody where the policy did. */
  readonly deciders: readonly string[];
  readonly appeal: { readonly text: string; readonly appellant: string; readonly at: Instant } | null;
  /** It may be over. */
  readonly claim: { readonly reviewer: string; readonly until: Instant } | null;
}

export interface QueueFilter {
  /** `waiting` is all that waits for a person. */
  readonly status: QueueStatus | 'waiting';
  readonly type?: MediaKind | undefined;
  /** Only what this person may decide on at this time: nobody else has claimed it, and nothing they decided or proposed themselves. */
  readonly freeFor?:
    | {
        readonly reviewer: string;
        readonly at: Instant;
        /** Claims that end later are of a clock that ran ahead, and keep nobody out. */
        readonly latestClaim: Instant;
      }
    | undefined;
}

export interface ModerationQueueReader {
  /** Up to `limit` items that a person may decide on, oldest first. */
  oldest(filter: QueueFilter, limit: number): Promise<readonly QueuedItem[]>;
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
