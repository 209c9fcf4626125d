import type { BlobStore } from '../../core/blob-store.js';
import type { DerivativeKind } from '../../core/derivative.js';
import { notFound } from '../../core/errors.js';
import { type PlaybackReader, playbackViews } from '../../core/readers/playback.js';
import { endpoint } from '../../http/endpoint.js';
import { serveBlob } from '../serve-blob.js';
import { fileName, mediaId as id } from './params.js';
import { published, REVALIDATE } from './published.js';

/** As descriptions of APIs tell of several. */
const rangeOf = ([first = '*/*']: readonly string[]): string => `${first.split('/', 1)[0]}/*`;

/** Files of one kind that were made of an item and are served as they are. */
export const derivativeQuery =
  (reader: PlaybackReader, blobs: BlobStore) =>
  ({ path, summary, contentType, names, notFoundCode = 'derivative_not_found' }: DerivativeKind) =>
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
