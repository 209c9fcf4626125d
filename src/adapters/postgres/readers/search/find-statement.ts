import { about } from './about.js';

/** So many of those that fit are compared by how well they do, for which the whole text of each has to be read. */
export const mostRanked = 200;
/** Below every score of what was compared, however little it fits. */
const LEAST_SCORE = '1e-18';
const SCORE_OF_A_SECOND = '1e-30';

interface FindParameters {
  /** What an item has to have, and the words of it: parameters. */
  readonly wanted: string;
  readonly words: string;
  /** Whether these are not the same. */
  readonly hasPhrases: boolean;
  readonly limit: string;
  /** Conditions for `media_search s` and `media_library m`. */
  readonly conditions: readonly string[];
  /** The last hit before. */
  readonly after: { readonly score: string; readonly mediaId: string; readonly asOf: string } | undefined;
}

/**
 * Hits behind the last one, the best first, and the moment (ISO 8601) that a next page has to be asked with. What has to be read of an index is read of all that fit, and of documents
 * no more than is compared: of very many first those of which people wrote it themselves, then the newest. All the others come behind, the newest
 * first. What is published after that moment is not compared, so that it takes nobody's place between two pages.
 */
export function findStatement({
  wanted,
  words,
  hasPhrases,
  limit,
  conditions,
  after,
}: FindParameters): string {
  const asOf = after ? `${after.asOf}::timestamptz` : `date_trunc('milliseconds', now())`;
  const behind = after ? `where (score, media_id) < (${after.score}::float8, ${after.mediaId})` : '';
  const hasWanted = hasPhrases
    ? `and exists (select from media_search s where s.media_id = late.media_id and s.document @@ ${wanted}::tsquery)`
    : '';
  // Where the words are known when it is planned and many items have them, every document is read instead of an index: what they cost to be fetched, no planner knows.
  const anywhere = `(select ${words}::tsquery)`;
  const order = 'is_written desc, published_at desc, media_id desc';
  return `
    with found as materialized (
      select s.media_id, coalesce(m.published_at, 'epoch') as published_at
      from media_search s join media_library m using (media_id)
      where s.document @@ ${anywhere} and ${conditions.join(' and ')}
    ), ordered as (
      select media_id, published_at, (select count(*) from found) > ${mostRanked} and media_id in (
        select o.media_id from media_search o where ${about('o')} @@ ${anywhere}
      ) as is_written
      from found where published_at <= ${asOf} order by ${order} offset 0
    ), ranked as materialized (
      select media_id, score from ordered cross join lateral (
        select greatest(ts_rank(s.document, ${wanted}::tsquery, 1)::float8, ${LEAST_SCORE}) as score
        from media_search s where s.media_id = ordered.media_id and s.document @@ ${wanted}::tsquery offset 0
      ) as compared order by ${order} limit ${mostRanked}
    ), best as materialized (
      select media_id, score from ranked ${behind} order by score desc, media_id desc limit ${limit}
    ), others as (
      select * from (
        select media_id, extract(epoch from published_at)::float8 * ${SCORE_OF_A_SECOND} as score
        from found where (select count(*) from best) < ${limit} and media_id not in (select media_id from ranked)
        order by score desc, media_id desc offset 0
      ) as late ${behind || 'where true'} ${hasWanted} order by score desc, media_id desc limit ${limit}
    )
    select media_id, score, to_char(${asOf} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as as_of
    from (select * from best union all select * from others) as hits order by score desc, media_id desc limit ${limit}`;
}
