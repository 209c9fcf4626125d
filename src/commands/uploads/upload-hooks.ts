import type { Position } from '../../core/position.js';
import type { MediaCommandOf } from '../../domain/media/media-commands.js';

/**
 * What the media item must hear of a transfer. Each call may be repeated with the same data, also after a restart,
 * and must then give the first result: derive the command's id from the media id.
 */
export interface UploadHooks {
  /** Before the first byte is taken. A refusal refuses the upload. */
  registered(
    data: MediaCommandOf<'RegisterMedia'>['data'],
    request: { readonly idempotencyKey: string | null },
  ): Promise<{ readonly position: Position }>;
  /** Every byte is on stable storage under `blobKey`. */
  completed(data: MediaCommandOf<'CompleteUpload'>['data']): Promise<{ readonly position: Position }>;
  /** The bytes never came whole and will not. */
  failed(data: MediaCommandOf<'FailUpload'>['data']): Promise<unknown>;
}
