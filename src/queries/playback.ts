import { z } from 'zod';
import type { BlobStore } from '../core/blob-store.js';
import { type DerivativeKind, fileNamePattern } from '../core/derivative.js';
import { notFound } from '../core/errors.js';
import type { HotAnswers } from '../core/hot-answers.js';
import { deriveId } from '../core/ids.js';
import { type PlaybackReader, playbackViews, type StoredRendition } from '../core/readers/playback.js';
import { viewsOfAll } from '../core/readers/views-read.js';
import { keyOfRenditionFile } from '../core/rendition-file.js';
import { endpoint } from '../http/endpoint.js';
import { chaptersVtt } from './chapters-vtt.js';
import { masterPlaylist, storyboardVtt } from './hls-playlist.js';
import { jsonText, subjectOf, unlessKnown } from './hot-answer.js';
import { servedTypeOf } from './original-type.js';
import { serveBlob } from './serve-blob.js';

const id = z.object({ id: z.string().max(200) });
const fileName = z.string().regex(fileNamePattern);

const manifestViews = viewsOfAll(
  ...[playbackViews.renditions, playbackViews.soundTracks, playbackViews.subtitleTracks],
);

const PLAYLIST = 'application/vnd.apple.mpegurl';
/** The item may be taken down at any moment, so what names its parts is asked for again each time. */
const REVALIDATE = 'public, no-cache';
const PRIVATE = 'private, no-cache';

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

/** As descriptions of APIs tell of several. */
const rangeOf = ([first = '*/*']: readonly string[]): string => `${first.split('/', 1)[0]}/*`;

/** Name and a token of the attempt that made it: a rendition made anew gets new addresses. */
const pathSegmentOf = (rendition: StoredRendition): string =>
  `${rendition.name}-${deriveId(rendition.blobPrefix).slice(0, 8)}`;

export function playbackQueries(
  reader: PlaybackReader,
  blobs: BlobStore,
  hot: HotAnswers,
  {
    publicOriginals,
    segmentCacheSeconds,
    derivatives,
  }: {
    readonly publicOriginals: boolean;
    readonly segmentCacheSeconds: number;
    readonly derivatives: readonly DerivativeKind[];
  },
) {
  const notPlayable = (mediaId: string) =>
    notFound('media_not_playable', `Media ${mediaId} is not there to be played.`, { mediaId });

  /** Throws like an unknown id for whatever is not public: in review, rejected, deleted, not ready. */
  async function published<Found>(mediaId: string, asked: Promise<Found | undefined>): Promise<Found> {
    const found = await asked;
    if (found === undefined) throw notPlayable(mediaId);
    return found;
  }

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

  const derivative = ({
    path,
    summary,
    contentType,
    names,
    notFoundCode = 'derivative_not_found',
  }: DerivativeKind) =>
    endpoint({
      method: 'GET',
      path: `/v1/media/:id/${path}`,
      summary,
      tag: 'playback',
      access: 'public',
      views: playbackViews.derivative,
      params: path.includes(':file') ? id.extend({ file: fileName }) : id,
      success: {
        status: 200,
        description: 'The bytes',
        contentType: typeof contentType === 'string' ? contentType : rangeOf(Object.values(contentType)),
      },
      async handle(request) {
        const { params } = request;
        const name = 'file' in params ? path.replace(':file', String(params.file)) : path;
        if (names && !names.all.includes(name))
          throw notFound(
            names.otherCode,
            `There is no ${name} of any item: there are ${names.all.join(', ')}.`,
          );
        const { file } = await published(params.id, reader.derivative(params.id, name));
        if (!file)
          throw notFound(
            notFoundCode,
            `Media ${params.id} has no ${name}. Its \`derivatives\` name what it has so far.`,
          );
        return serveBlob(blobs, file.blobKey, request, {
          contentType: file.contentType,
          cacheControl: REVALIDATE,
        });
      },
    });

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
    ...derivatives.map(derivative),
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
        const chapters = await published(params.id, reader.chapters(params.id));
        if (chapters.length === 0)
          throw notFound('chapters_not_found', `Media ${params.id} tells of no chapters.`);
        return unlessKnown(text(chaptersVtt(chapters), 'text/vtt'), headers);
      },
    }),
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
    }),
  ];
}

const text = (body: string, contentType: string) => ({
  headers: { etag: `"${deriveId(body)}"`, 'content-type': contentType, 'cache-control': REVALIDATE },
  body,
});
