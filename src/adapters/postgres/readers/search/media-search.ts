import type { HitPlace, MediaSearchReader, SearchFilter } from '../../../../core/readers/media-search.js';
import { isStorable } from '../../../../core/storable-text.js';
import type { ReadDatabase } from '../read-database.js';
import { findStatement } from './find-statement.js';
import { highlightsOf } from './highlights.js';
import { likeStatement } from './like-statement.js';
import { textQuery } from './text-query.js';

interface HitRow {
  readonly media_id: string;
  readonly score: number;
}
const toPlace = ({ media_id, score }: HitRow): HitPlace => ({ mediaId: media_id, score });

/** SQL for rows of `media_search s` and `media_library m` that fit, beginning with what is published. */
function conditionsOf(filter: SearchFilter, parameter: (value: unknown) => string): string[] {
  const { type, tag, language, shortestSeconds, longestSeconds, publishedFrom, publishedUntil } = filter;
  const conditions = [`m.status = 'published'`];
  if (type !== undefined) conditions.push(`m.type = ${parameter(type)}`);
  if (tag !== undefined) {
    const name = parameter(tag);
    conditions.push(`(m.tags ? ${name} or m.detected_tags ? ${name})`);
  }
  if (language !== undefined) {
    const name = parameter(language);
    conditions.push(
      `(s.language = ${name} or s.subtitles_languages ? ${name} or s.speech_languages ? ${name} or s.picture_languages ? ${name})`,
    );
  }
  if (shortestSeconds !== undefined) conditions.push(`m.duration_seconds >= ${parameter(shortestSeconds)}`);
  if (longestSeconds !== undefined) conditions.push(`m.duration_seconds <= ${parameter(longestSeconds)}`);
  if (publishedFrom !== undefined)
    conditions.push(`m.published_at >= ${parameter(publishedFrom)}::timestamptz`);
  if (publishedUntil !== undefined)
    conditions.push(`m.published_at < ${parameter(publishedUntil)}::timestamptz`);
  return conditions;
}

export function createMediaSearchReader(database: ReadDatabase): MediaSearchReader {
  return {
    async find(terms, { filter, after, limit }) {
      const query = await textQuery(database, terms);
      if (!query) return { hits: [], nextAfter: null, corrections: [] };
      const parameters: unknown[] = [query.wanted, query.wordsOfIt, limit + 1];
      const parameter = (value: unknown): string => `$${parameters.push(value)}`;
      const statement = findStatement({
        ...{ wanted: '$1', words: '$2', limit: '$3', hasPhrases: query.wanted !== query.wordsOfIt },
        conditions: conditionsOf(filter, parameter),
        after: after
          ? {
              score: parameter(after.score),
              mediaId: parameter(after.mediaId),
              asOf: parameter(after.asOf),
            }
          : undefined,
      });
      const rows = await database.query<HitRow & { readonly as_of: string }>(statement, parameters);
      const page = rows.slice(0, limit);
      const highlights = await highlightsOf(
        database,
        page.map(({ media_id }) => media_id),
        query.shown,
      );
      const last = page.at(-1);
      return {
        hits: page.map((row) => ({ ...toPlace(row), highlights: highlights.get(row.media_id) ?? [] })),
        nextAfter: rows.length > limit && last ? { ...toPlace(last), asOf: last.as_of } : null,
        corrections: query.corrections,
      };
    },

    async like(mediaId, limit) {
      if (!isStorable(mediaId)) return [];
      return (await database.query<HitRow>(likeStatement, [mediaId, limit])).map(toPlace);
    },
  };
}
