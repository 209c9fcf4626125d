import type { BlobStore } from '../../core/blob-store.js';
import { notFound } from '../../core/errors.js';
import type { HotAnswers } from '../../core/hot-answers.js';
import { deriveId } from '../../core/ids.js';
import { type PlaybackReader, playbackViews, type StoredRendition } from '../../core/readers/playback.js';
import { viewsOfAll } from '../../core/readers/views-read.js';
import { keyOfRenditionFile } from '../../core/rendition-file.js';
import { endpoint } from '../../http/endpoint.js';
import { masterPlaylist } from '../hls-playlist.js';
import { jsonText, subjectOf, unlessKnown } from '../hot-answer.js';
import { serveBlob } from '../serve-blob.js';
import { fileName, mediaId as id } from './params.js';
import { notPlayable, REVALIDATE, text } from './published.js';

const manifestViews = viewsOfAll(
  ...[playbackViews.renditions, playbackViews.soundTracks, playbackViews.subtitleTracks],
);

const PLAYLIST = 'application/vnd.apple.mpegurl';

/**
 * A path that carries the attempt's token never shows other bytes, but a cache goes on showing them for so long after the
 * item was taken down.
 */
const segmentCaching = (seconds: number): string =>
  seconds > 0 ? `public, max-age=${seconds}, immutable` : REVALIDATE;

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  m3u8: PLAYLIST,
  m4s: 'video/iso.segment',
  mp4: 'video/mp4',
  jpg: 'image/jpeg',
};

const contentTypeOf = (file: string): string =>
  CONTENT_TYPES[file.slice(file.lastIndexOf('.') + 1)] ?? 'application/octet-stream';

/** Name and a token of the attempt that made it: a rendition made anew gets new addresses. */
const pathSegmentOf = (rendition: StoredRendition): string =>
  `${rendition.name}-${deriveId(rendition.blobPrefix).slice(0, 8)}`;

/** What a player of HLS fetches: what there is to choose from, and what it chose. */
export function hlsQueries(
  reader: PlaybackReader,
  blobs: BlobStore,
  hot: HotAnswers,
  segmentCacheSeconds: number,
) {
  const noRendition = (mediaId: string, pathSegment: string) =>
    notFound('rendition_not_found', `Media ${mediaId} has no rendition ${pathSegment} to play.`);

  /** Where the files of a rendition lie. */
  async function folderOf(
    { id: mediaId, rendition }: { readonly id: string; readonly rendition: string },
    after: string | undefined,
  ): Promise<string> {
    const views = playbackViews.renditions;
    const { body } = await hot.answer({ key: `folders ${mediaId}`, views, after }, async () => {
      const renditions = await reader.renditions(mediaId);
      // Of what is not there to be played nothing is kept, so that nobody fills the memory with it.
      if (renditions.length === 0) throw noRendition(mediaId, rendition);
      const folders = renditions.map((each) => [pathSegmentOf(each), each.blobPrefix] as const);
      return { ...jsonText(Object.fromEntries(folders)), subjects: subjectOf(views, mediaId) };
    });
    const folders = new Map(Object.entries(JSON.parse(body) as Record<string, string>));
    const folder = folders.get(rendition);
    if (folder === undefined) throw noRendition(mediaId, rendition);
    return folder;
  }

  return [
    endpoint({
      method: 'GET',
      path: '/v1/media/:id/hls/master.m3u8',
      summary: 'HLS multivariant playlist of the renditions that are ready',
      tag: 'playback',
      access: 'public',
      views: manifestViews,
      params: id,
      success: { status: 200, description: 'The playlist', contentType: PLAYLIST },
      async handle({ params: { id: mediaId }, headers }) {
        const answer = await hot.answer(
          { key: `manifest ${mediaId}`, views: manifestViews, after: headers['mediaflow-after'] },
          async () => {
            const [renditions, soundTracks, subtitleTracks] = await Promise.all([
              reader.renditions(mediaId),
              reader.soundTracks(mediaId),
              reader.subtitleTracks(mediaId),
            ]);
            if (renditions.length === 0) throw notPlayable(mediaId);
            const body = masterPlaylist(
              renditions.map((rendition) => ({ ...rendition, pathSegment: pathSegmentOf(rendition) })),
              { soundTracks, subtitleTracks },
            );
            return { ...text(body, PLAYLIST), subjects: subjectOf(manifestViews, mediaId) };
          },
        );
        return unlessKnown(answer, headers);
      },
    }),
    endpoint({
      method: 'GET',
      path: '/v1/media/:id/hls/:rendition/:file',
      summary: 'Playlist and segments of one rendition',
      tag: 'playback',
      access: 'public',
      views: playbackViews.renditions,
      params: id.extend({ rendition: fileName, file: fileName }),
      success: { status: 200, description: 'The bytes', contentType: 'video/iso.segment' },
      async handle(request) {
        const { params } = request;
        const folder = await folderOf(params, request.headers['mediaflow-after']);
        return serveBlob(blobs, keyOfRenditionFile(folder, params.file), request, {
          contentType: contentTypeOf(params.file),
          ...(params.file.endsWith('.m3u8')
            ? { cacheControl: REVALIDATE }
            : {
                cacheControl: segmentCaching(segmentCacheSeconds),
                redirect: { cacheSeconds: segmentCacheSeconds },
              }),
        });
      },
    }),
  ];
}
