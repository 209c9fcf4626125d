import type { Item } from '../support/client.js';

/** Told that all is there by an answer that carries no position, or before it was: whatever the log ends with. */
export const END_OF_LOG = '9'.repeat(16);

/** What a client wanted, and what it was told; `position` and ids are null while nobody has answered. */
interface Told {
  /** Null: never answered, so that it may have happened or not. */
  readonly position: string | null;
}
export interface ToldUpload extends Told {
  readonly kind: 'upload';
  readonly title: string;
  readonly sha256: string;
  readonly mediaId: string | null;
  /** Nothing but a failure can come of what is none. */
  readonly isMedia: boolean;
  /** Answered first, and joined of its parts or fetched afterwards, which its deletion ends. */
  readonly bytesComeLater: boolean;
}
/** Of a tus client that came back: how far it had been told it was, and how far it is now. */
export interface ToldOffset {
  readonly kind: 'offset';
  readonly title: string;
  readonly acknowledgedBytes: number;
  readonly foundBytes: number;
}
export interface ToldEdit extends Told {
  readonly kind: 'edit';
  readonly mediaId: string;
  readonly title: string;
}
export interface ToldDelete extends Told {
  readonly kind: 'delete';
  readonly mediaId: string;
}
export interface ToldReview extends Told {
  readonly kind: 'review';
  readonly mediaId: string;
  readonly decision: 'approve' | 'reject';
}
export interface ToldRetry extends Told {
  readonly kind: 'retry';
  readonly mediaId: string;
}
export interface ToldInteractions extends Told {
  readonly kind: 'interactions';
  readonly userId: string;
  readonly mediaId: string;
  readonly types: readonly string[];
}
export interface ToldRecommendation extends Told {
  readonly kind: 'recommendation';
  readonly userId: string;
  readonly requestId: string | null;
}
/** An answer that no client should get, whatever is killed: neither a success nor one that says to come again. */
export interface ToldWrong {
  readonly kind: 'wrong-answer';
  readonly what: string;
  readonly answer: string;
}
export type Act =
  | ToldUpload
  | ToldOffset
  | ToldEdit
  | ToldDelete
  | ToldReview
  | ToldRetry
  | ToldInteractions
  | ToldRecommendation
  | ToldWrong;

export interface LogEvent {
  readonly position: string;
  readonly eventId: string;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Everything there is to see once nothing more should happen. Plain data, so that a checker needs nothing else. */
export interface CrashRecord {
  readonly acts: readonly Act[];
  /** The whole log in its order. */
  readonly events: readonly LogEvent[];
  /** What the library says of every item ever registered; null where it says there is none. */
  readonly items: Readonly<Record<string, Item | null>>;
  /** Differences of views from what a rebuild made of them. */
  readonly viewsUnlikeRebuilt: readonly string[];
  /** Jobs, outputs of sagas, dead letters, transfers and files of work that are still there. */
  readonly leftOver: readonly string[];
  /** What the storage check complains of. */
  readonly storage: readonly string[];
  /** Items of which something is stored. */
  readonly storedMediaIds: readonly string[];
}
