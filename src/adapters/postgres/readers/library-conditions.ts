import type { LibraryFilter, LibraryPlace } from '../../../core/readers/media-library.js';
import type { SearchTerms } from '../../../core/readers/search-terms.js';

/** What an index on the column finds at once. In every order of texts an id's next character comes before a `g`. */
const beginsLike = (column: string, placeholder: string): string =>
  `(${column} >= ${placeholder} and ${column} < ${placeholder} || 'g' and starts_with(${column}, ${placeholder}))`;

/** As `websearch_to_tsquery` takes a term, which in quotes is never taken for an operator (nor is the `or` of `orégano`). */
const quoted = (term: string): string => `"${term}"`;

const wantedText = ({ anyOf }: SearchTerms): string =>
  anyOf.map((terms) => terms.map(quoted).join(' ')).join(' or ');

/** Negated alternatives would not mean none of them, so they go into a query of their own. */
const unwantedText = ({ noneOf }: SearchTerms): string => noneOf.map((term) => `-${quoted(term)}`).join(' ');

/** SQL that holds for rows of `media_library m` that fit a filter and come after a place, and its parameters from $1 on. */
export function conditionsOf(
  filter: LibraryFilter,
  after: LibraryPlace | null,
): { readonly sql: string; readonly parameters: readonly string[] } {
  const conditions: string[] = [];
  const parameters: string[] = [];
  const parameter = (value: string): string => `$${parameters.push(value)}`;

  // What everybody's lists are of is told as it is, so that the planner knows how much of it there is.
  if (filter.status === 'published') conditions.push(`m.status = 'published'`);
  else if (filter.status) conditions.push(`m.status = ${parameter(filter.status)}`);
  else if (!filter.withDeleted) conditions.push(`m.status <> 'deleted'`);
  if (filter.idPrefix) conditions.push(beginsLike('m.media_id', parameter(filter.idPrefix)));
  if (filter.type) conditions.push(`m.type = ${parameter(filter.type)}`);
  if (filter.tag) {
    const tag = parameter(filter.tag);
    conditions.push(`(m.tags ? ${tag} or m.detected_tags ? ${tag})`);
  }
  if (filter.search) {
    const [wanted, unwanted] = [parameter(wantedText(filter.search)), parameter(unwantedText(filter.search))];
    conditions.push(
      `m.search @@ (websearch_to_tsquery('simple', ${wanted}) && websearch_to_tsquery('simple', ${unwanted}))`,
    );
  }
  if (after)
    conditions.push(
      `(m.created_at, m.media_id) < (${parameter(after.createdAt)}::timestamptz, ${parameter(after.mediaId)})`,
    );
  return { sql: conditions.join(' and ') || 'true', parameters };
}
