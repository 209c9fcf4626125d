import type { BlobStore } from '../../core/blob-store.js';
import { type PlaybackReader, playbackViews } from '../../core/readers/playback.js';
import { endpoint } from '../../http/endpoint.js';
import { servedTypeOf } from '../original-type.js';
import { serveBlob } from '../serve-blob.js';
import { mediaId as id } from './params.js';
import { published, REVALIDATE } from './published.js';

const PRIVATE = 'private, no-cache';

export const originalQuery = (reader: PlaybackReader, blobs: BlobStore, publicOriginals: boolean) =>
  endpoint({
    method: 'GET',
    path: '/v1/media/:id/original',
    summary: 'The file as it was uploaded',
    tag: 'playback',
    // It shows more than was moderated and is played: other tracks, attachments, where it was filmed.
    access: publicOriginals ? 'public' : 'operator',
    views: playbackViews.original,
    params: id,
    success: { status: 200, description: 'The bytes', contentType: 'application/octet-stream' },
    async handle(request) {
      const { params } = request;
      const original = await published(params.id, reader.original(params.id));
      return serveBlob(blobs, original.blobKey, request, {
        contentType: servedTypeOf(original.contentType),
        cacheControl: publicOriginals ? REVALIDATE : PRIVATE,
        downloadAs: original.filename,
        redirect: { cacheSeconds: 0 },
      });
    },
  });
