import { notFound } from '../../core/errors.js';
import { deriveId } from '../../core/ids.js';

/** The item may be taken down at any moment, so what names its parts is asked for again each time. */
export const REVALIDATE = 'public, no-cache';

export const notPlayable = (mediaId: string) =>
  notFound('media_not_playable', `Media ${mediaId} is not there to be played.`, { mediaId });

/** Throws like an unknown id for whatever is not public: in review, rejected, deleted, not ready. */
export async function published<Found>(mediaId: string, asked: Promise<Found | undefined>): Promise<Found> {
  const found = await asked;
  if (found === undefined) throw notPlayable(mediaId);
  return found;
}

/** Short enough to be made in memory, and asked for again each time. */
export const text = (body: string, contentType: string) => ({
  headers: { etag: `"${deriveId(body)}"`, 'content-type': contentType, 'cache-control': REVALIDATE },
  body,
});
