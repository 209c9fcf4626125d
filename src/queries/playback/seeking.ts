import type { BlobStore } from '../../core/blob-store.js';
import { notFound } from '../../core/errors.js';
import { type PlaybackReader, playbackViews } from '../../core/readers/playback.js';
import { endpoint } from '../../http/endpoint.js';
import { chaptersVtt } from '../chapters-vtt.js';
import { storyboardVtt } from '../hls-playlist.js';
import { unlessKnown } from '../hot-answer.js';
import { serveBlob } from '../serve-blob.js';
import { fileName, mediaId as id } from './params.js';
import { published, REVALIDATE, text } from './published.js';

/** What a player shows to those who look for a moment: pictures along the bar, and chapters. */
export const seekingQueries = (reader: PlaybackReader, blobs: BlobStore) => [
  endpoint({
    method: 'GET',
    path: '/v1/media/:id/storyboard.vtt',
    summary: 'Seek previews as WebVTT',
    tag: 'playback',
    access: 'public',
    views: playbackViews.storyboard,
    params: id,
    success: { status: 200, description: 'The cues', contentType: 'text/vtt' },
    async handle({ params, headers }) {
      const { storyboard, durationSeconds } = await published(params.id, reader.storyboard(params.id));
      if (!storyboard) throw notFound('storyboard_not_found', `Media ${params.id} has no storyboard yet.`);
      return unlessKnown(text(storyboardVtt(storyboard, durationSeconds ?? 0), 'text/vtt'), headers);
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/media/:id/storyboard/:file',
    summary: 'Sprite sheet of the seek previews',
    tag: 'playback',
    access: 'public',
    views: playbackViews.storyboard,
    params: id.extend({ file: fileName }),
    success: { status: 200, description: 'The picture', contentType: 'image/jpeg' },
    async handle(request) {
      const { params } = request;
      const { storyboard } = await published(params.id, reader.storyboard(params.id));
      if (!storyboard?.sprites.includes(params.file))
        throw notFound('file_not_found', 'There is no such sprite sheet.');
      return serveBlob(blobs, `${storyboard.blobPrefix}/${params.file}`, request, {
        contentType: 'image/jpeg',
        cacheControl: REVALIDATE,
      });
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/media/:id/chapters.vtt',
    summary: 'Chapters as WebVTT',
    tag: 'playback',
    access: 'public',
    views: playbackViews.chapters,
    params: id,
    success: { status: 200, description: 'The cues', contentType: 'text/vtt' },
    async handle({ params, headers }) {
      const { source, chapters } = await published(params.id, reader.chapters(params.id));
      if (source === null) throw notFound('chapters_not_found', `Media ${params.id} tells of no chapters.`);
      return unlessKnown(text(chaptersVtt(chapters, source), 'text/vtt'), headers);
    },
  }),
];
