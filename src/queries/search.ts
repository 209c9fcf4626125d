import { z } from 'zod';
import { invalid, notFound } from '../core/errors.js';
import { textOrigins } from '../core/found-text.js';
import { mediaKinds } from '../core/media-kind.js';
import { type MediaLibraryReader, mediaLibraryViews } from '../core/readers/media-library.js';
import {
  type HitPlace,
  type MediaSearchReader,
  mediaSearchViews,
  type PageEnd,
  type SearchFilter,
} from '../core/readers/media-search.js';
import { isStorable } from '../core/storable-text.js';
import { endpoint } from '../http/endpoint.js';
import { instantSchema } from '../http/instant.js';
import { toMediaItem, toPublicItem } from './media-item.js';
import { mediaItemSchema } from './media-item-schema.js';
import { searchText } from './search-text.js';

const MOST_HITS = 100;
const seconds = z.coerce.number().min(0).max(1e7).optional();
const instant = instantSchema.optional();

const searchQuery = z.strictObject({
  q: z
    .string()
    .min(1)
    .max(300)
    .describe(
      'Words, "phrases", `or`, and a minus before what is not wanted: in titles, descriptions, tags, what a song tells of itself, subtitles, what is said and what is written in pictures. Up to 20 terms',
    ),
  type: z.enum(mediaKinds).optional().describe('Only this kind of media'),
  tag: z.string().max(100).optional().describe('Only items with this tag, given or detected'),
  language: z
    .string()
    .regex(/^[a-zA-Z]{2,3}$/)
    .optional()
    .describe('Only items in which this language is heard or read: `en`'),
  shortestSeconds: seconds.describe('Only items that last at least so long'),
  longestSeconds: seconds.describe('Only items that last at most so long'),
  publishedFrom: instant.describe('Only items published at this moment or later'),
  publishedUntil: instant.describe('Only items published before this moment'),
  cursor: z.string().max(400).optional().describe('`nextCursor` of the page before, of the same search'),
  limit: z.coerce.number().int().min(1).max(MOST_HITS).default(20),
});

const highlightSchema = z.object({
  in: z.enum(['title', 'description', ...textOrigins]),
  atSeconds: z.number().nullable().describe('When it is said or shown; null of what is not timed'),
  language: z.string().nullable().describe('Where it is known'),
  parts: z
    .array(z.object({ text: z.string(), isMatch: z.boolean() }))
    .describe('Plain text, to be escaped as any; what was found is apart'),
});

export const foundMediaSchema = z.object({
  hits: z.array(z.object({ item: mediaItemSchema, score: z.number(), highlights: z.array(highlightSchema) })),
  nextCursor: z.string().nullable(),
  corrections: z
    .array(z.object({ typed: z.string(), as: z.array(z.string()) }))
    .describe('Words that nothing has, and what was searched for instead'),
});

const placeFormat = /^(\d+(?:\.\d+)?(?:e-?\d+)?) (\S+) (\S+)$/;

function decodeCursor(cursor: string): PageEnd {
  const [, score, asOf, mediaId] = placeFormat.exec(Buffer.from(cursor, 'base64url').toString('utf8')) ?? [];
  const moment = instantSchema.safeParse(asOf);
  if (score === undefined || mediaId === undefined || !moment.success || !isStorable(mediaId))
    throw invalid('invalid_cursor', 'This cursor was not given out by this server.');
  return { score: Number(score), mediaId, asOf: moment.data };
}
const encodeCursor = ({ score, asOf, mediaId }: PageEnd): string =>
  Buffer.from(`${score} ${asOf} ${mediaId}`).toString('base64url');

const filterOf = (query: z.infer<typeof searchQuery>): SearchFilter => ({
  ...{ type: query.type, tag: query.tag, language: query.language?.toLowerCase() },
  ...{ shortestSeconds: query.shortestSeconds, longestSeconds: query.longestSeconds },
  ...{ publishedFrom: query.publishedFrom, publishedUntil: query.publishedUntil },
});

/** Search for everybody: whoever asks, only what is published is found. */
export const searchQueries = (search: MediaSearchReader, library: Pick<MediaLibraryReader, 'item'>) => {
  /** Those that are still published when they are shown, in their order. */
  async function withItems<Hit extends HitPlace>(hits: readonly Hit[]) {
    const items = await Promise.all(hits.map(({ mediaId }) => library.item(mediaId)));
    return hits.flatMap((hit, index) => {
      const item = items[index];
      return item?.status === 'published' ? [{ hit, item: toPublicItem(toMediaItem(item)) }] : [];
    });
  }

  return [
    endpoint({
      method: 'GET',
      path: '/v1/search',
      summary: 'Search published media by what is written, said and shown in them, the best first',
      tag: 'media',
      access: 'public',
      views: [...new Set([...mediaSearchViews.find, ...mediaLibraryViews.item])],
      query: searchQuery,
      success: {
        status: 200,
        description:
          'A page of hits, each with where in it what was found stands, and when it is said or shown',
        schema: foundMediaSchema,
      },
      async handle({ query }) {
        const after = query.cursor === undefined ? null : decodeCursor(query.cursor);
        const found = await search.find(searchText(query.q), {
          ...{ filter: filterOf(query), after, limit: query.limit },
        });
        const shown = await withItems(found.hits);
        return {
          body: {
            hits: shown.map(({ hit: { score, highlights }, item }) => ({ item, score, highlights })),
            nextCursor: found.nextAfter && encodeCursor(found.nextAfter),
            corrections: found.corrections,
          },
        };
      },
    }),

    endpoint({
      method: 'GET',
      path: '/v1/media/:id/similar',
      summary: 'Other published media that are about the same, by the words they share',
      tag: 'media',
      access: 'public',
      views: [...new Set([...mediaSearchViews.like, ...mediaLibraryViews.item])],
      params: z.object({ id: z.string().max(200) }),
      query: z.strictObject({ limit: z.coerce.number().int().min(1).max(50).default(10) }),
      success: {
        status: 200,
        description: 'The most alike first; none where nothing rare is shared',
        schema: z.object({ items: z.array(z.object({ item: mediaItemSchema, score: z.number() })) }),
      },
      async handle({ params: { id }, query }) {
        const item = await library.item(id);
        if (item?.status !== 'published')
          throw notFound('media_not_found', `There is no media ${id}.`, { mediaId: id });
        const alike = await withItems(await search.like(id, query.limit));
        return { body: { items: alike.map(({ hit: { score }, item: other }) => ({ item: other, score })) } };
      },
    }),
  ];
};
