import { about } from './about.js';

/** More words of an item say no more of it. */
const MOST_WORDS = 40;
const RAREST_WORDS = 10;
/** A word that so many have tells nothing apart. */
const COMMON_FROM = 2000;

/**
 * Items that share with `$1` the rarest words of what people wrote of it and what was seen in it, the best `$2`: each word counts by how few have
 * it, and a word of the title or a tag twice.
 */
export const likeStatement = `
  with mine as (
    select lexeme, case when weights && '{A,B}' then 2 else 1 end as worth
    from media_search s, unnest(${about('s')}) as words(lexeme, positions, weights)
    where s.media_id = $1 and length(lexeme) >= 3
    order by worth desc, length(lexeme) desc, lexeme limit ${MOST_WORDS}
  ), queries as (
    select worth, ('''' || replace(replace(lexeme, '\\', '\\\\'), '''', '''''') || '''')::tsquery as query from mine
  ), counted as (
    select worth, query, (
      select count(*) from (select from media_search o where ${about('o')} @@ queries.query limit ${COMMON_FROM}) as having_it
    ) as items from queries
  ), rarest as materialized (
    select query, worth * ln(1 + ${COMMON_FROM}.0 / items) as worth from counted
    where items between 2 and ${COMMON_FROM - 1} order by items, query::text limit ${RAREST_WORDS}
  )
  select o.media_id, sum(worth)::float8 as score
  from rarest join media_search o on ${about('o')} @@ rarest.query
  join media_library m on m.media_id = o.media_id
  where m.status = 'published' and o.media_id <> $1
  group by o.media_id order by score desc, o.media_id desc limit $2`;
