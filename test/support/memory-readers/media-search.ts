import type { JsonValue } from '../../../src/core/json.js';
import type { Row } from '../../../src/core/projection.js';
import type {
  Highlight,
  HitPlace,
  MediaSearchReader,
  SearchFilter,
} from '../../../src/core/readers/media-search.js';
import type { SearchTerms } from '../../../src/core/readers/search-terms.js';
import type { RowsOf } from './index.js';

const folded = (text: string): string =>
  text
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '');
/** Nothing in memory is too much to be compared. */
const asOf = '2999-01-01T00:00:00.000Z';
/** Crude, but a stem. */
const stem = (word: string): string => word.replace(/(?:ing|ed|s)$/, '');
const wordsOf = (text: string): string[] => (folded(text).match(/[\p{L}\p{N}]+/gu) ?? []).map(stem);
const isIn = (words: readonly string[], term: string): boolean =>
  ` ${words.join(' ')} `.includes(` ${wordsOf(term).join(' ')} `);
const listOf = (value: JsonValue | undefined): readonly JsonValue[] => (Array.isArray(value) ? value : []);

function marked(text: string, terms: readonly string[]): Highlight['parts'] {
  const wanted = new Set(terms.flatMap(wordsOf));
  return (text.match(/[\p{L}\p{N}]+|[^\p{L}\p{N}]+/gu) ?? [])
    .map((piece) => ({ text: piece, isMatch: wordsOf(piece).some((word) => wanted.has(word)) }))
    .reduce<{ text: string; isMatch: boolean }[]>((parts, part) => {
      const last = parts.at(-1);
      if (last && !last.isMatch && !part.isMatch) last.text += part.text;
      else parts.push({ ...part });
      return parts;
    }, []);
}

/** Search without ranks worth the name: what is in a title counts most. */
export function createMediaSearchReader(rowsOf: RowsOf): MediaSearchReader {
  const passagesOf = (mediaId: JsonValue | undefined): readonly Row[] =>
    rowsOf('media_passages').filter((row) => row.media_id === mediaId);
  const textsOf = (row: Row): string[] => [
    ...[row.title, row.description].map((text) => String(text ?? '')),
    ...[...listOf(row.tags), ...listOf(row.detected_tags)].map(String),
    ...Object.values((row.song ?? {}) as Row).map(String),
    ...passagesOf(row.media_id).map(({ said }) => String(said)),
  ];
  const has = (row: Row, term: string) => textsOf(row).some((text) => isIn(wordsOf(text), term));
  const published = () =>
    rowsOf('media_search').flatMap((row) => {
      const library = rowsOf('media_library').find(({ media_id }) => media_id === row.media_id);
      return library?.status === 'published' ? [{ row, library }] : [];
    });

  function fits(row: Row, library: Row, filter: SearchFilter): boolean {
    const { type, tag, language, shortestSeconds, longestSeconds, publishedFrom, publishedUntil } = filter;
    const languages = ['subtitles', 'speech', 'picture'].flatMap((origin) =>
      listOf(row[`${origin}_languages`]),
    );
    const lasts = Number(library.duration_seconds ?? Number.NaN);
    return (
      (!type || library.type === type) &&
      (!tag || [...listOf(library.tags), ...listOf(library.detected_tags)].includes(tag)) &&
      (!language || row.language === language || languages.includes(language)) &&
      (shortestSeconds === undefined || lasts >= shortestSeconds) &&
      (longestSeconds === undefined || lasts <= longestSeconds) &&
      (!publishedFrom || String(library.published_at) >= publishedFrom) &&
      (!publishedUntil || String(library.published_at) < publishedUntil)
    );
  }

  function highlightsOf(row: Row, terms: readonly string[]): Highlight[] {
    const written = (['title', 'description'] as const).map((place) => ({
      ...{ in: place, atSeconds: null, language: null, parts: marked(String(row[place] ?? ''), terms) },
    }));
    const timed = passagesOf(row.media_id).flatMap(({ origin, language, times, said }) => {
      const lines = String(said).split('\n');
      const index = lines.findIndex((line) => marked(line, terms).some(({ isMatch }) => isMatch));
      if (index < 0) return [];
      const parts = marked(lines.slice(index, index + 2).join(' '), terms);
      return [{ in: origin, atSeconds: listOf(times)[index], language, parts }];
    });
    return ([...written, ...timed] as Highlight[]).filter(({ parts }) =>
      parts.some(({ isMatch }) => isMatch),
    );
  }

  const ordered = (places: readonly HitPlace[]) =>
    places.toSorted((a, b) => b.score - a.score || (a.mediaId < b.mediaId ? 1 : -1));
  const scoreOf = (row: Row, { anyOf }: SearchTerms) =>
    anyOf.flat().filter((term) => isIn(wordsOf(String(row.title)), term)).length + 1;

  return {
    async find(terms, { filter, after, limit }) {
      const hits = published()
        .filter(({ row, library }) => fits(row, library, filter))
        .filter(({ row }) => terms.anyOf.some((all) => all.every((term) => has(row, term))))
        .filter(({ row }) => !terms.noneOf.some((term) => has(row, term)))
        .map(({ row }) => ({ mediaId: String(row.media_id), score: scoreOf(row, terms) }));
      const behind = ordered(hits).filter(
        ({ score, mediaId }) =>
          !after || score < after.score || (score === after.score && mediaId < after.mediaId),
      );
      const page = behind.slice(0, limit).map((hit) => {
        const row = rowsOf('media_search').find(({ media_id }) => media_id === hit.mediaId) ?? {};
        return { ...hit, highlights: highlightsOf(row, terms.anyOf.flat()) };
      });
      const last = page.at(-1);
      const nextAfter =
        behind.length > limit && last ? { mediaId: last.mediaId, score: last.score, asOf } : null;
      return { hits: page, nextAfter, corrections: [] };
    },

    async like(mediaId, limit) {
      const mine = rowsOf('media_search').find((row) => row.media_id === mediaId);
      const words = new Set(
        mine ? [String(mine.title), ...listOf(mine.tags).map(String)].flatMap(wordsOf) : [],
      );
      const others = published()
        .filter(({ row }) => row.media_id !== mediaId)
        .map(({ row }) => ({
          mediaId: String(row.media_id),
          score: [...words].filter((word) => word.length > 2 && has(row, word)).length,
        }));
      return ordered(others.filter(({ score }) => score > 0)).slice(0, limit);
    },
  };
}
