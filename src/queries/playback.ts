import { z } from 'zod';
import type { BlobStore } from '../core/blob-store.js';
import { notFound } from '../core/errors.js';
import { deriveId } from '../core/ids.js';
import type { ReadDatabase } from '../core/read-database.js';
import { servedAudio } from '../core/served-audio.js';
import type { AudioStreamProbe } from '../core/video-tools.js';
import { endpoint } from '../http/endpoint.js';
import { masterPlaylist, type PlayableRendition, type Storyboard, storyboardVtt } from './hls-playlist.js';
import { lookUpById } from './look-up.js';
import { etagMatches, serveBlob } from './serve-blob.js';

const id = z.object({ id: z.string().max(200) });
const fileName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,100}$/);

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

interface RenditionRow extends Omit<PlayableRendition, 'pathSegment'> {
  readonly mediaId: string;
  readonly name: string;
  readonly blobPrefix: string;
}

interface ProbedRow {
  readonly mediaId: string;
  readonly audio: readonly Pick<AudioStreamProbe, 'language' | 'isDefault'>[] | null;
}

/** Name and a token of the attempt that made it: a rendition made anew gets new addresses. */
const pathSegmentOf = (rendition: RenditionRow): string =>
  `${rendition.name}-${deriveId(rendition.blobPrefix).slice(0, 8)}`;

export function playbackQueries(
  database: ReadDatabase,
  blobs: BlobStore,
  {
    publicOriginals,
    segmentCacheSeconds,
  }: { readonly publicOriginals: boolean; readonly segmentCacheSeconds: number },
) {
  /** Throws like an unknown id for whatever is not public: in review, rejected, deleted, not ready. */
  async function published<Row extends object>(mediaId: string, columns: string): Promise<Row> {
    const [row] = await database.query<Row>(
      `select ${columns} from media_library where media_id = $1 and status = 'published'`,
      [mediaId],
    );
    if (!row)
      throw notFound('media_not_playable', `Media ${mediaId} is not there to be played.`, { mediaId });
    return row;
  }

  const renditionsOf = lookUpById<RenditionRow>(database, {
    sql: `select r.media_id as "mediaId", r.name, r.kind, r.width, r.height, r.frame_rate as "frameRate",
         r.average_bitrate_bps as "averageBitrateBps", r.peak_bitrate_bps as "peakBitrateBps", r.codecs,
         r.blob_prefix as "blobPrefix"
       from media_renditions r join media_library m using (media_id)
       where r.media_id = any($1) and m.status = 'published'`,
    idOf: (row) => row.mediaId,
  });
  const probedOf = lookUpById<ProbedRow>(database, {
    sql: `select media_id as "mediaId", probe->'audio' as audio from media_metadata where media_id = any($1)`,
    idOf: (row) => row.mediaId,
  });

  return [
    endpoint({
      method: 'GET',
      path: '/v1/media/:id/hls/master.m3u8',
      summary: 'HLS multivariant playlist of the renditions that are ready',
      tag: 'playback',
      access: 'public',
      views: ['media-library'],
      params: id,
      success: { status: 200, description: 'The playlist', contentType: PLAYLIST },
      async handle({ params, headers }) {
        const [renditions, [probed]] = await Promise.all([renditionsOf(params.id), probedOf(params.id)]);
        if (renditions.length === 0)
          throw notFound('media_not_playable', `Media ${params.id} is not there to be played.`, {
            mediaId: params.id,
          });
        const body = masterPlaylist(
          renditions.map((rendition) => ({ ...rendition, pathSegment: pathSegmentOf(rendition) })),
          servedAudio(probed?.audio ?? [])?.language,
        );
        return textAnswer(body, PLAYLIST, headers);
      },
    }),
    endpoint({
      method: 'GET',
      path: '/v1/media/:id/hls/:rendition/:file',
      summary: 'Playlist and segments of one rendition',
      tag: 'playback',
      access: 'public',
      views: ['media-library'],
      params: id.extend({ rendition: fileName, file: fileName }),
      success: { status: 200, description: 'The bytes', contentType: 'video/iso.segment' },
      async handle({ params, headers }) {
        const rendition = (await renditionsOf(params.id)).find(
          (row) => pathSegmentOf(row) === params.rendition,
        );
        if (!rendition)
          throw notFound(
            'rendition_not_found',
            `Media ${params.id} has no rendition ${params.rendition} to play.`,
          );
        return serveBlob(blobs, `${rendition.blobPrefix}/${params.file}`, headers, {
          contentType: contentTypeOf(params.file),
          cacheControl: params.file.endsWith('.m3u8') ? REVALIDATE : segmentCaching(segmentCacheSeconds),
        });
      },
    }),
    endpoint({
      method: 'GET',
      path: '/v1/media/:id/poster.jpg',
      summary: 'Poster picture',
      tag: 'playback',
      access: 'public',
      views: ['media-library'],
      params: id,
      success: { status: 200, description: 'The picture', contentType: 'image/jpeg' },
      async handle({ params, headers }) {
        const { poster_key } = await published<{ poster_key: string | null }>(params.id, 'poster_key');
        if (!poster_key) throw notFound('poster_not_found', `Media ${params.id} has no poster yet.`);
        return serveBlob(blobs, poster_key, headers, { contentType: 'image/jpeg', cacheControl: REVALIDATE });
      },
    }),
    endpoint({
      method: 'GET',
      path: '/v1/media/:id/storyboard.vtt',
      summary: 'Seek previews as WebVTT',
      tag: 'playback',
      access: 'public',
      views: ['media-library'],
      params: id,
      success: { status: 200, description: 'The cues', contentType: 'text/vtt' },
      async handle({ params, headers }) {
        const row = await published<{ storyboard: Storyboard | null; duration_seconds: number | null }>(
          params.id,
          'storyboard, duration_seconds',
        );
        if (!row.storyboard)
          throw notFound('storyboard_not_found', `Media ${params.id} has no storyboard yet.`);
        return textAnswer(storyboardVtt(row.storyboard, row.duration_seconds ?? 0), 'text/vtt', headers);
      },
    }),
    endpoint({
      method: 'GET',
      path: '/v1/media/:id/storyboard/:file',
      summary: 'Sprite sheet of the seek previews',
      tag: 'playback',
      access: 'public',
      views: ['media-library'],
      params: id.extend({ file: fileName }),
      success: { status: 200, description: 'The picture', contentType: 'image/jpeg' },
      async handle({ params, headers }) {
        const { storyboard } = await published<{ storyboard: Storyboard | null }>(params.id, 'storyboard');
        if (!storyboard?.sprites.includes(params.file))
          throw notFound('file_not_found', 'There is no such sprite sheet.');
        return serveBlob(blobs, `${storyboard.blobPrefix}/${params.file}`, headers, {
          contentType: 'image/jpeg',
          cacheControl: REVALIDATE,
        });
      },
    }),
    endpoint({
      method: 'GET',
      path: '/v1/media/:id/original',
      summary: 'The file as it was uploaded',
      tag: 'playback',
      // It shows more than was moderated and is played: other tracks, attachments, where it was filmed.
      access: publicOriginals ? 'public' : 'operator',
      views: ['media-library'],
      params: id,
      success: { status: 200, description: 'The bytes', contentType: 'application/octet-stream' },
      async handle({ params, headers }) {
        const row = await published<{ blob_key: string; filename: string; content_type: string | null }>(
          params.id,
          'blob_key, filename, content_type',
        );
        return serveBlob(blobs, row.blob_key, headers, {
          // Only what a browser plays and never runs keeps the type the client claimed.
          contentType: /^(video|audio)\/[\w.+-]+$/.test(row.content_type ?? '')
            ? (row.content_type ?? '')
            : 'application/octet-stream',
          cacheControl: publicOriginals ? REVALIDATE : PRIVATE,
          downloadAs: row.filename,
        });
      },
    }),
  ];
}

function textAnswer(
  body: string,
  contentType: string,
  headers: Readonly<Record<string, string | undefined>>,
) {
  const etag = `"${deriveId(body)}"`;
  const common = {
    etag,
    'content-type': contentType,
    'cache-control': REVALIDATE,
  };
  return etagMatches(headers['if-none-match'], etag)
    ? { status: 304, headers: common }
    : { status: 200, headers: common, body };
}
