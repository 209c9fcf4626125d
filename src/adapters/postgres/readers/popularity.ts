import type { DescribedItem, PopularItem, PopularityReader } from '../../../core/readers/popularity.js';
import { isOfType } from './of-type.js';
import type { ReadDatabase } from './read-database.js';
import { TASTE } from './taste.js';

interface PopularRow extends Omit<PopularItem, 'publishedAt'> {
  readonly publishedAt: Date | null;
}

export const createPopularityReader = (database: ReadDatabase): PopularityReader => ({
  async mostPopular(type, limit) {
    const rows = await database.query<PopularRow>(
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
           ), people as (
             select media_id, count(*) as people from viewer_activity where (${TASTE}) > 0 group by media_id
           )
           select media_id as "mediaId", m.type, m.tags || m.detected_tags as tags, m.published_at as "publishedAt",
             coalesce(people.people, 0)::integer as people
           from (
             select * from popular union all select * from others order by weight desc, created_at desc limit $1
           ) as chosen join media_library m using (media_id) left join people using (media_id)
           order by chosen.weight desc, chosen.created_at desc`,
      [limit],
    );
    return rows.map((row) => ({ ...row, publishedAt: row.publishedAt?.toISOString() ?? null }));
  },

  async standing(type) {
    const [row] = await database.query<{ standing: string }>(
      // The sum too: a change may be told with an instant before that of the last one.
      `select concat(count(*), ' ', max(updated_at), ' ', sum(extract(epoch from updated_at))) as standing
           from media_library m where status = 'published' and ${isOfType(type)}`,
    );
    return row?.standing ?? '';
  },

  async published(mediaIds) {
    const rows = await database.query<{ mediaId: string }>(
      `select media_id as "mediaId" from media_library where media_id = any($1) and status = 'published'`,
      [[...mediaIds]],
    );
    return rows.map(({ mediaId }) => mediaId);
  },

  describedOf: (mediaIds) =>
    database.query<DescribedItem>(
      `select media_id as "mediaId", title, tags || detected_tags as tags from media_library
           where media_id = any($1) and status = 'published'`,
      [[...mediaIds]],
    ),
});
