import { z } from 'zod';
import { invalid, notFound } from '../core/errors.js';
import type { HotAnswers } from '../core/hot-answers.js';
import { mediaKinds } from '../core/media-kind.js';
import {
  type LibraryFilter,
  type LibraryPlace,
  type MediaLibraryReader,
  mediaLibraryViews,
} from '../core/readers/media-library.js';
import { isStorable } from '../core/storable-text.js';
import { endpoint } from '../http/endpoint.js';
import { jsonText, subjectsOf } from './hot-answer.js';
import { idPrefix } from './id-prefix.js';
import { fieldsIn, filesAreIn, type ItemField, makingIsIn, withFields } from './item-fields.js';
import { toMediaItem, toPublicItem } from './media-item.js';
import { mediaItemSchema, mediaStatusSchema } from './media-item-schema.js';
import { toMetadata, toPublicMetadata } from './media-metadata.js';
import { searchText } from './search-text.js';

const MOST_WHOLE = 200;
const MOST_OF_FIELDS = 1000;

const listQuery = z.strictObject({
  type: z.enum(mediaKinds).optional().describe('Only this kind of media'),
  status: mediaStatusSchema.optional().describe('Only this status; without it everything but deleted items'),
  tag: z.string().max(100).optional().describe('Only items with this tag, given or detected'),
  q: z
    .string()
    .max(300)
    .optional()
    .describe(
      'Full-text search in title, tags and description, and in what a song tells of its title, artist and album: words, "phrases", `or`, and a minus before what is not wanted. Nothing is found by what is not wanted alone',
    ),
  idPrefix: idPrefix.describe(
    'Only items whose id begins like this, at least 8 characters; deleted ones too',
  ),
  cursor: z.string().max(200).optional().describe('`nextCursor` of the page before'),
  fields: z
    .string()
    .max(1000)
    .optional()
    .describe(
      'Names of fields of an item, with commas between: items then have these alone, and a page may have up to 1,000',
    ),
  limit: z.coerce.number().int().min(1).max(MOST_OF_FIELDS).default(50).describe('Up to 200 of whole items'),
});

const metadataQuery = z.strictObject({
  location: z
    .enum(['true', 'false'])
    .optional()
    .describe('Whether to tell where a photograph was taken, to those with a key'),
});

/** As places have it; only a real day and hour survives the way through a Date. */
const isInstant = (text: string): boolean => {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3})\d{3}Z$/.exec(text);
  const date = new Date(`${match?.[1]}Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString() === `${match?.[1]}Z` && text >= '0001';
};

function decodeCursor(cursor: string): LibraryPlace {
  const [createdAt, mediaId, ...rest] = Buffer.from(cursor, 'base64url').toString('utf8').split(' ');
  if (!createdAt || !mediaId || rest.length > 0 || !isInstant(createdAt) || !isStorable(mediaId))
    throw invalid('invalid_cursor', 'This cursor was not given out by this server.');
  return { createdAt, mediaId };
}

const encodeCursor = ({ createdAt, mediaId }: LibraryPlace): string =>
  Buffer.from(`${createdAt} ${mediaId}`).toString('base64url');

/** What of it a caller may see. Nobody but operators knows of anything that is not published. */
function filterOf(query: z.infer<typeof listQuery>, isOperator: boolean): LibraryFilter | undefined {
  const { status, type, tag, q, idPrefix } = query;
  if (!isOperator && status !== undefined && status !== 'published') return undefined;
  return {
    ...{ type, tag, idPrefix, status: isOperator ? status : 'published' },
    withDeleted: idPrefix !== undefined,
    search: q === undefined ? undefined : searchText(q),
  };
}

function refuseTooMany(limit: number, fields: readonly ItemField[] | undefined): void {
  if (fields || limit <= MOST_WHOLE) return;
  throw invalid(
    'invalid_request',
    `Of whole items a page has at most ${MOST_WHOLE}: name \`fields\` for more.`,
    {
      issues: [{ path: 'limit', message: `At most ${MOST_WHOLE} without fields` }],
    },
  );
}

/** `playback` is for what is looked up by its id. */
export const mediaLibraryQueries = (
  libraries: Readonly<Record<'playback' | 'operators' | 'everybody', MediaLibraryReader>>,
  hot: HotAnswers,
) => [
  endpoint({
    method: 'GET',
    path: '/v1/media',
    summary: 'Search and list media, newest first',
    tag: 'media',
    access: 'public',
    showsOperatorsMore: true,
    views: mediaLibraryViews.page,
    query: listQuery,
    success: {
      status: 200,
      description: 'A page of items; with `fields`, with these fields alone',
      schema: z.object({ items: z.array(mediaItemSchema), nextCursor: z.string().nullable() }),
    },
    async handle({ query, isOperator }) {
      const filter = filterOf(query, isOperator);
      const fields = query.fields === undefined ? undefined : fieldsIn(query.fields);
      refuseTooMany(query.limit, fields);
      const after = query.cursor ? decodeCursor(query.cursor) : null;
      if (!filter) return { body: { items: [], nextCursor: null } };
      const library = isOperator ? libraries.operators : libraries.everybody;
      const page = await library.page(filter, {
        ...{ after, limit: query.limit },
        making: isOperator && makingIsIn(fields),
        files: filesAreIn(fields),
      });
      return {
        body: {
          items: page.items
            .map(toMediaItem)
            .map((item) => withFields(isOperator ? item : toPublicItem(item), fields)),
          nextCursor: page.nextAfter && encodeCursor(page.nextAfter),
        },
      };
    },
  }),

  endpoint({
    method: 'GET',
    path: '/v1/media/:id',
    summary: 'One item: status, renditions, where to play it, why it was allowed',
    tag: 'media',
    access: 'public',
    showsOperatorsMore: true,
    views: mediaLibraryViews.item,
    params: z.object({ id: z.string().max(200) }),
    success: { status: 200, description: 'The item', schema: mediaItemSchema },
    handle({ params: { id }, isOperator, headers }) {
      const views = mediaLibraryViews.item;
      return hot.answer(
        {
          key: `item ${isOperator ? 'operators' : 'everybody'} ${id}`,
          ...{ views, after: headers['mediaflow-after'] },
        },
        async () => {
          const item = await libraries.playback.item(id);
          if (!item || (!isOperator && item.status !== 'published'))
            throw notFound('media_not_found', `There is no media ${id}.`, { mediaId: id });
          const shown = isOperator ? toMediaItem(item) : toPublicItem(toMediaItem(item));
          // Of a duplicate it is told until the first is deleted.
          const ids = shown.duplicateOf === null ? [id] : [id, shown.duplicateOf];
          return { ...jsonText(shown), subjects: subjectsOf(views, ids) };
        },
      );
    },
  }),

  endpoint({
    method: 'GET',
    path: '/v1/media/:id/metadata',
    summary: 'Technical metadata of the file and what the models found in it',
    tag: 'media',
    access: 'public',
    showsOperatorsMore: true,
    views: mediaLibraryViews.metadata,
    params: z.object({ id: z.string().max(200) }),
    query: metadataQuery,
    success: {
      status: 200,
      description:
        'Probe, ladder, how much of the original each rung shows, tags in time, how a photograph was taken; for holders of a key also container tags, moderation scores, and where it was taken',
    },
    async handle({ params, query, isOperator }) {
      const metadata = await libraries.playback.metadata(params.id);
      if (!metadata || (!isOperator && metadata.status !== 'published'))
        throw notFound('media_not_found', `There is no media ${params.id}.`, { mediaId: params.id });
      const withLocation = query.location === 'true';
      return { body: isOperator ? toMetadata(metadata, { withLocation }) : toPublicMetadata(metadata) };
    },
  }),
];
