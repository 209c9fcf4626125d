import type { RequestOrigin } from './request-origin.js';
import type { Instant } from './time.js';

/**
 * `whole` is one file in one upload, `partial` a piece of a file, `final` the pieces joined, `direct` a file that
 * came in one request and cannot be resumed. All but the partial ones are media items of the same id.
 */
export type UploadKind = 'whole' | 'partial' | 'final' | 'direct';

/** `closing`: it has failed or was given up, and what follows from that may not all be done yet. */
export type UploadState = 'open' | 'completed' | 'closing' | 'closed';

/** Of the request that created an upload, or gave it up: what it comes to is told in its name, after a restart too. */
export interface UploadCaller extends RequestOrigin {
  /** As history names callers. */
  readonly actor: string;
}

/** What is known of a transfer. How far it has come is not here: the growing object's size is the truth. */
export interface UploadRecord extends UploadCaller {
  /** UUID. */
  readonly id: string;
  readonly kind: UploadKind;
  readonly state: UploadState;
  /** Null while the client has not told it. */
  readonly lengthBytes: number | null;
  /** `Upload-Metadata` as the client sent it, to be told again; of a file in one request what its form said, once it is known. */
  readonly metadata: string;
  /** The uploads that a final one joins, in order. */
  readonly parts: readonly string[];
  /** `Upload-Concat` of a final one as the client sent it, to be told again; null of others and of older ones. */
  readonly concatAsSent: string | null;
  /** The final upload that a partial one belongs to: it takes no more bytes and lives as long as that does. */
  readonly joinedInto: string | null;
  readonly declaredSha256: string | null;
  /** Of the whole content; null until completed. */
  readonly sha256: string | null;
  /** Bytes from here on came with a checksum that has not been compared yet: after a crash they do not count. */
  readonly uncheckedFromBytes: number | null;
  /** Why it was closed. */
  readonly reason: { readonly code: string; readonly message: string } | null;
  readonly createdAt: Instant;
  /** Moves on with every activity. */
  readonly expiresAt: Instant;
}

export type UploadChanges = Partial<
  Pick<
    UploadRecord,
    | 'state'
    | 'actor'
    | 'traceparent'
    | 'lengthBytes'
    | 'metadata'
    | 'declaredSha256'
    | 'sha256'
    | 'uncheckedFromBytes'
    | 'reason'
    | 'expiresAt'
  >
>;

/** The port to what is known of transfers, so that they survive a restart. Media items' own facts are events. */
export interface UploadLedger {
  /** Keeps a new upload and returns it, or the one that has this id already. */
  create(upload: UploadRecord): Promise<UploadRecord>;
  /**
   * Keeps a new final upload and makes its parts its own in the same step, or returns the one that has this id already.
   * Undefined, with nothing changed, when a part is no open partial upload or belongs to another final one.
   */
  createFinal(upload: UploadRecord): Promise<UploadRecord | undefined>;
  find(id: string): Promise<UploadRecord | undefined>;
  /**
   * Changes an upload that is in this state and returns it, undefined when it is not: of two, one wins. A part that
   * belongs to a final upload is not given up: it never gets to `closing`.
   */
  change(id: string, whileIn: UploadState, changes: UploadChanges): Promise<UploadRecord | undefined>;
  /** Open and closing ones, oldest first. */
  unfinished(): Promise<readonly UploadRecord[]>;
  /** Empties what clients wrote of an upload and of its parts. Repeating is harmless. */
  erase(id: string): Promise<void>;
  /** Forgets one upload. Repeating is harmless. */
  remove(id: string): Promise<void>;
  /** Forgets completed and closed uploads whose time ended before `instant`; returns how many. */
  forgetFinished(instant: Instant): Promise<number>;
}
