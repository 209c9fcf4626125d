import type { Correction } from '../../../../core/readers/media-search.js';
import type { SearchTerms } from '../../../../core/readers/search-terms.js';
import { stemmedLanguages } from '../../../../core/text-configuration.js';
import type { ReadDatabase } from '../read-database.js';
import { likeWords } from './like-words.js';

/** A search as PostgreSQL takes it. */
export interface TextQuery {
  /** What an item has to have. */
  readonly wanted: string;
  /** What is to be had by an index alone: words of phrases anywhere. Whatever has what is wanted has this; the same where no phrase is wanted. */
  readonly wordsOfIt: string;
  /** Any of it is worth being shown. */
  readonly shown: string;
  readonly corrections: readonly Correction[];
}

interface TermRow {
  readonly term: string;
  /** Null where nothing of it is a word. */
  readonly query: string | null;
  readonly says_nothing: boolean;
}

const SHORTEST_CORRECTED = 4;
const MOST_CORRECTED = 3;

/**
 * What is searched for, each term as any of the ways in which it may be written in a document. PostgreSQL itself writes the queries, so
 * that nothing that was typed is an operator of one. Null where nothing is left to search for.
 */
export async function textQuery(database: ReadDatabase, terms: SearchTerms): Promise<TextQuery | null> {
  const all = [...new Set([...terms.anyOf.flat(), ...terms.noneOf])];
  const rows = await database.query<TermRow>(
    `select term, search_alternatives(term, $2) as query, numnode(phraseto_tsquery('english', term)) = 0 as says_nothing
     from unnest($1::text[]) as term`,
    [all, stemmedLanguages],
  );
  const byTerm = new Map(rows.map((row) => [row.term, row]));
  const { queries, corrections } = await corrected(database, terms, byTerm);
  const wantedOf = (alternative: readonly string[]): string[] => {
    const worded = alternative.filter((term) => queries.has(term));
    const telling = worded.filter((term) => !byTerm.get(term)?.says_nothing);
    return (telling.length > 0 ? telling : worded).map(
      (term) => `(${withoutNeedless(queries.get(term) ?? '')})`,
    );
  };
  const alternatives = terms.anyOf.map(wantedOf).filter((alternative) => alternative.length > 0);
  if (alternatives.length === 0) return null;
  const unwanted = terms.noneOf.flatMap((term) => byTerm.get(term)?.query ?? []);
  const either = alternatives.map((alternative) => `(${alternative.join(' & ')})`).join(' | ');
  return {
    wanted: withoutAny(either, unwanted),
    wordsOfIt: withoutAny(
      withoutOrder(either),
      unwanted.filter((query) => query === withoutOrder(query)),
    ),
    shown: [...new Set(alternatives.flat())].join(' | '),
    corrections,
  };
}

const withoutAny = (either: string, unwanted: readonly string[]): string =>
  [`(${either})`, ...unwanted.map((query) => `!(${query})`)].join(' & ');

/** With the words of its phrases wherever they stand. Words of queries that PostgreSQL writes of folded text have neither blanks nor operators in them. */
export const withoutOrder = (query: string): string => query.replaceAll(/ <(?:-|\d+)> /g, ' & ');

/**
 * Without the phrases that a word of them alone stands for as well (`'said' | 'said' <-> 'here'`): they find nothing more, and every item found would be
 * looked over for them when it is ranked.
 */
export function withoutNeedless(alternatives: string): string {
  const all = alternatives.split(' | ');
  const words = all.filter((each) => !each.includes('>'));
  return all
    .filter((each) => words.includes(each) || !each.split(/ <[-\d]+> /).some((word) => words.includes(word)))
    .join(' | ');
}

/** For a word that nobody has written, the words that look like it. */
async function corrected(
  database: ReadDatabase,
  { anyOf }: SearchTerms,
  byTerm: ReadonlyMap<string, TermRow>,
): Promise<{ readonly queries: ReadonlyMap<string, string>; readonly corrections: readonly Correction[] }> {
  const queries = new Map(
    [...byTerm].flatMap(([term, { query }]) => (query ? [[term, query] as const] : [])),
  );
  const words = [...new Set(anyOf.flat())].filter(
    (term) => term.length >= SHORTEST_CORRECTED && !term.includes(' ') && queries.has(term),
  );
  if (words.length === 0) return { queries, corrections: [] };
  const unknown = await database.query<{ readonly term: string }>(
    `select term from unnest($1::text[], $2::text[]) as typed(term, query)
     where not exists (
       select from media_search s join media_library m using (media_id)
       where s.document @@ typed.query::tsquery and m.status = 'published'
     )`,
    [words, words.map((word) => queries.get(word))],
  );
  const corrections: Correction[] = [];
  for (const { term } of unknown.slice(0, MOST_CORRECTED)) {
    const near = await database.query<{ readonly word: string; readonly query: string | null }>(
      `select word, search_alternatives(word, $2) as query from search_similar(search_fold($1), 30)`,
      [term, stemmedLanguages],
    );
    const like = likeWords(
      term,
      near.map(({ word }) => word),
    );
    const found = near.filter(({ word, query }) => query !== null && like.includes(word));
    if (found.length === 0) continue;
    queries.set(term, found.map(({ query }) => query).join(' | '));
    corrections.push({ typed: term, as: found.map(({ word }) => word) });
  }
  return { queries, corrections };
}
