import { z } from 'zod';
import { invalid, notFound } from '../core/errors.js';
import type { ReadDatabase } from '../core/read-database.js';
import { isStorable } from '../core/storable-text.js';
import { endpoint } from '../http/endpoint.js';
import { beginsLike, idPrefix } from './id-prefix.js';
import { lookUpById } from './look-up.js';
import {
  LIST_COLUMNS,
  MAKING_COLUMNS,
  type MediaRow,
  mediaItemSchema,
  mediaStatusSchema,
  toMediaItem,
  toPublicItem,
} from './media-item.js';
import { searchText } from './search-text.js';

const listQuery = z.strictObject({
  type: z.enum(['video']).optional().describe('Only this kind of media'),
  status: mediaStatusSchema.optional().describe('Only this status; without it everything but deleted items'),
  tag: z.string().max(100).optional().describe('Only items with this tag, given or detected'),
  q: z
    .string()
    .max(300)
    .optional()
    .describe(
      'Full-text search in title, tags and description: words, "phrases", `or`, and a minus before what is not wanted. Nothing is found by what is not wanted alone',
    ),
  idPrefix: idPrefix.describe(
    'Only items whose id begins like this, at least 8 characters; deleted ones too',
  ),
  cursor: z.string().max(200).optional().describe('`nextCursor` of the page before'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** As `cursor_at` writes it; only a real day and hour survives the way through a Date. */
const isInstant = (text: string): boolean => {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3})\d{3}Z$/.exec(text);
  const date = new Date(`${match?.[1]}Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString() === `${match?.[1]}Z` && text >= '0001';
};

/** Pages by (created_at, media_id), so that items that come in meanwhile neither repeat nor hide others. */
function decodeCursor(cursor: string): readonly [string, string] {
  const [createdAt, mediaId, ...rest] = Buffer.from(cursor, 'base64url').toString('utf8').split(' ');
  if (!createdAt || !mediaId || rest.length > 0 || !isInstant(createdAt) || !isStorable(mediaId))
    throw invalid('invalid_cursor', 'This cursor was not given out by this server.');
  return [createdAt, mediaId];
}

/** How an item was made is not for everybody, and not looked up for them. */
const NOTHING_OF_THE_MAKING = `'[]'::jsonb as left_out, '[]'::jsonb as steps`;

interface Metadata {
  readonly technical: { readonly tags: object } | null;
  readonly moderation: object | null;
}

/** The container's tags tell where, when and with what a video was taken; the scores are the moderators'. */
const toPublicMetadata = (metadata: Metadata): Metadata => ({
  ...metadata,
  technical: metadata.technical && { ...metadata.technical, tags: {} },
  moderation: null,
});

const encodeCursor = (row: MediaRow): string =>
  Buffer.from(`${row.cursor_at} ${row.media_id}`).toString('base64url');

/** `playback` is for what is looked up by its id. */
export const mediaLibraryQueries = (
  databases: Readonly<Record<'playback' | 'operators' | 'everybody', ReadDatabase>>,
) => {
  const itemOf = lookUpById<MediaRow>(databases.playback, {
    sql: `select ${LIST_COLUMNS}, ${MAKING_COLUMNS} from media_library m where m.media_id = any($1)`,
    idOf: (row) => row.media_id,
  });
  return [
    endpoint({
      method: 'GET',
      path: '/v1/media',
      summary: 'Search and list media, newest first',
      tag: 'media',
      access: 'public',
      showsOperatorsMore: true,
      views: ['media-library', 'jobs'],
      query: listQuery,
      success: {
        status: 200,
        description: 'A page of items',
        schema: z.object({ items: z.array(mediaItemSchema), nextCursor: z.string().nullable() }),
      },
      async handle({ query, isOperator }) {
        const conditions: string[] = [];
        const parameters: unknown[] = [];
        const where = (sql: (placeholder: string) => string, value: unknown) => {
          parameters.push(value);
          conditions.push(sql(`$${parameters.length}`));
        };
        if (!isOperator) conditions.push(`m.status = 'published'`);
        if (query.status) where((p) => `m.status = ${p}`, query.status);
        else if (!query.idPrefix) conditions.push(`m.status <> 'deleted'`);
        if (query.idPrefix) where(beginsLike('m.media_id'), query.idPrefix);
        if (query.type) where((p) => `m.type = ${p}`, query.type);
        if (query.tag) where((p) => `(m.tags ? ${p} or m.detected_tags ? ${p})`, query.tag);
        if (query.q !== undefined) {
          const { wanted, unwanted } = searchText(query.q);
          // An index finds what is there: without anything wanted, every item would have to be looked at.
          if (wanted === '') return { body: { items: [], nextCursor: null } };
          parameters.push(wanted, unwanted);
          conditions.push(
            `m.search @@ (websearch_to_tsquery('simple', $${parameters.length - 1})
               && websearch_to_tsquery('simple', $${parameters.length}))`,
          );
        }
        if (query.cursor) {
          const [createdAt, mediaId] = decodeCursor(query.cursor);
          parameters.push(createdAt, mediaId);
          conditions.push(
            `(m.created_at, m.media_id) < ($${parameters.length - 1}::timestamptz, $${parameters.length})`,
          );
        }
        parameters.push(query.limit + 1);
        const database = isOperator ? databases.operators : databases.everybody;
        const rows = await database.query<MediaRow>(
          `select ${LIST_COLUMNS}, ${isOperator ? MAKING_COLUMNS : NOTHING_OF_THE_MAKING} from media_library m where ${conditions.join(' and ')}
         order by m.created_at desc, m.media_id desc limit $${parameters.length}`,
          parameters,
        );
        const page = rows.slice(0, query.limit);
        const last = page.at(-1);
        return {
          body: {
            items: page.map(toMediaItem).map((item) => (isOperator ? item : toPublicItem(item))),
            nextCursor: rows.length > query.limit && last ? encodeCursor(last) : null,
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
      views: ['media-library', 'jobs'],
      params: z.object({ id: z.string().max(200) }),
      success: { status: 200, description: 'The item', schema: mediaItemSchema },
      async handle({ params, isOperator }) {
        const [row] = await itemOf(params.id);
        if (!row || (!isOperator && row.status !== 'published'))
          throw notFound('media_not_found', `There is no media ${params.id}.`, { mediaId: params.id });
        return { body: isOperator ? toMediaItem(row) : toPublicItem(toMediaItem(row)) };
      },
    }),

    endpoint({
      method: 'GET',
      path: '/v1/media/:id/metadata',
      summary: 'Technical metadata of the file and what the models found in it',
      tag: 'media',
      access: 'public',
      showsOperatorsMore: true,
      views: ['media-library'],
      params: z.object({ id: z.string().max(200) }),
      success: {
        status: 200,
        description:
          'Probe, ladder, tags in time; for holders of a key also container tags, moderation scores',
      },
      async handle({ params, isOperator }) {
        const [row] = await databases.playback.query<{ metadata: Metadata; status: string }>(
          `select m.status, jsonb_build_object(
           'id', d.media_id, 'technical', d.probe, 'ladder', d.ladder,
           'tags', d.detected_tags, 'tagModel', d.tag_model,
           'moderation', jsonb_build_object('model', d.moderation_model, 'frames', d.moderation_frames)
         ) as metadata
         from media_metadata d join media_library m using (media_id) where d.media_id = $1`,
          [params.id],
        );
        if (!row || (!isOperator && row.status !== 'published'))
          throw notFound('media_not_found', `There is no media ${params.id}.`, { mediaId: params.id });
        return { body: isOperator ? row.metadata : toPublicMetadata(row.metadata) };
      },
    }),
  ];
};
