import type { KindInterest } from '../../../core/list-type.js';
import type { ViewerActivityReader, ViewerTaste } from '../../../core/readers/viewer-activity.js';
import type { ReadDatabase } from './read-database.js';

const TASTE = `
  0.3 * least(plays, 3) + completes + 1.5 * likes - 2 * dislikes + 0.5 * coalesce(progress, 0)
  + coalesce((rating - 2.5) / 2.5 * 1.5, 0)`;

export const createViewerActivityReader = (database: ReadDatabase): ViewerActivityReader => ({
  tastesAround: (userId, { coWatchers, tastesAViewer, watchersAnItem }) =>
    database.query<ViewerTaste>(
      // The viewers with the lowest hashes are the same people for every item.
      `with mine as (
             select media_id from viewer_activity
             where user_id = $1 order by last_at desc nulls last, media_id limit $3
           ), near as (
             select user_id from mine, lateral (
               select user_id from viewer_activity where media_id = mine.media_id and user_id <> $1
               order by hashtext(user_id) limit $4
             ) as watchers
             group by user_id order by count(*) desc, user_id limit $2
           )
           select user_id as "userId", media_id as "mediaId", (${TASTE})::float8 as weight
           from viewer_activity where user_id = $1
           union all
           select theirs.* from near, lateral (
             select user_id, media_id, (${TASTE})::float8 from viewer_activity
             where user_id = near.user_id
             order by media_id in (select media_id from mine) desc, last_at desc nulls last, media_id limit $3
           ) as theirs`,
      [userId, coWatchers, tastesAViewer, watchersAnItem],
    ),

  interestByKind: (userId, items) =>
    database.query<KindInterest>(
      `select m.type as kind, sum(weight) as weight
           from (
             select media_id, (${TASTE})::float8 as weight from viewer_activity
             where user_id = $1 order by last_at desc nulls last, media_id limit $2
           ) as newest join media_library m using (media_id)
           where weight > 0 and m.type is not null
           group by m.type`,
      [userId, items],
    ),
});
