import { HALF_LIFE_HOURS, INTEREST_UNIT, PERIOD_HOURS } from '../../../core/fading-interest.js';
import {
  LEAST_TRENDING_SCORE,
  MAXIMUM_TRENDING,
  type TrendingItem,
  type TrendingReader,
} from '../../../core/readers/trending.js';
import { isOfType } from './of-type.js';
import type { ReadDatabase } from './read-database.js';
import { unseenBy } from './unseen.js';

/** Of each period so many are added up. Who is behind all these in both has less than any of them in either. */
const CANDIDATES_A_PERIOD = 2 * MAXIMUM_TRENDING;

const PERIOD_SECONDS = PERIOD_HOURS * 3600;
const periodStart = (periodsAgo: number): string =>
  `to_timestamp((floor(extract(epoch from now()) / ${PERIOD_SECONDS}) - ${periodsAgo}) * ${PERIOD_SECONDS})`;

const highestOf = (periodsAgo: number, condition: string): string => `(
  select t.media_id, m.title, m.type from trending t join media_library m using (media_id)
  where t.period_start = ${periodStart(periodsAgo)} and t.weight > 0 and m.status = 'published' and ${condition}
  order by t.weight desc limit ${CANDIDATES_A_PERIOD})`;

/** Reads the items that are ahead, not all there are. `condition` is on `trending t` and `media_library m`. */
const trendingSql = (condition: string): string => `
  select media_id as "mediaId", title, type,
    sum(t.weight * power(0.5, extract(epoch from now() - t.period_start)::float8 / 3600 / ${HALF_LIFE_HOURS}))
      / ${INTEREST_UNIT} as score
  from (${highestOf(0, condition)} union ${highestOf(1, condition)}) as candidates
    join trending t using (media_id)
  where t.period_start in (${periodStart(0)}, ${periodStart(1)})
  group by media_id, title, type
  having sum(t.weight * power(0.5, extract(epoch from now() - t.period_start)::float8 / 3600 / ${HALF_LIFE_HOURS}))
    > ${LEAST_TRENDING_SCORE * INTEREST_UNIT}
  order by score desc, media_id`;

export const createTrendingReader = (database: ReadDatabase): TrendingReader => ({
  highest: (type, limit) => database.query<TrendingItem>(`${trendingSql(isOfType(type))} limit $1`, [limit]),
  highestUnseen: (userId, type, limit) =>
    database.query<TrendingItem>(
      `${trendingSql(`${isOfType(type)} and ${unseenBy('$1', 't.media_id')}`)} limit $2`,
      [userId, limit],
    ),
});
