import type { Position } from '../../core/position.js';
import type { MediaCommandOf } from '../../domain/media/media-commands.js';

/** What the media item must hear of a transfer. Each call may be repeated with the same data, also after a restart. */
export interface UploadHooks {
  /**
   * A resumable upload before its first byte is taken, a file in one request before it is complete. A refusal refuses
   * the upload. A repeat finds the item as it is by now: one that is gone refuses it.
   */
  registered(data: MediaCommandOf<'RegisterMedia'>['data']): Promise<{ readonly position: Position }>;
  /** Every byte is on stable storage under `blobKey`. A repeat gives the first result. */
  completed(data: MediaCommandOf<'CompleteUpload'>['data']): Promise<{ readonly position: Position }>;
  /** The bytes never came whole and will not. */
  failed(data: MediaCommandOf<'FailUpload'>['data']): Promise<unknown>;
}
