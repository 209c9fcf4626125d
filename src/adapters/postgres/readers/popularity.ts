import type { PopularItem, PopularityReader } from '../../../core/readers/popularity.js';
import { isOfType } from './of-type.js';
import type { ReadDatabase } from './read-database.js';

export const createPopularityReader = (database: ReadDatabase): PopularityReader => ({
  mostPopular: (type, limit) =>
    database.query<PopularItem>(
      `with popular as (
             select media_id, p.weight, m.created_at
             from media_popularity p join media_library m using (media_id)
             where p.weight > 0 and m.status = 'published' and ${isOfType(type)}
             order by p.weight desc, m.created_at desc limit $1
           ), others as (
             select media_id, 0 as weight, created_at from media_library m
             where status = 'published' and ${isOfType(type)}
               and not exists (select from media_popularity p where p.media_id = m.media_id and p.weight > 0)
             order by created_at desc limit $1
           )
           select media_id as "mediaId", m.type, m.tags || m.detected_tags as tags, chosen.weight::float8 as popularity
           from (
             select * from popular union all select * from others order by weight desc, created_at desc limit $1
           ) as chosen join media_library m using (media_id)
           order by chosen.weight desc, chosen.created_at desc`,
      [limit],
    ),
});
