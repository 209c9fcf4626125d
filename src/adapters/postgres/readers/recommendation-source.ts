import type { PositionWaiter } from '../../../core/projection-store.js';
import type { ReadDatabase } from '../../../core/read-database.js';
import type { RecommendationSource } from '../../../core/recommendation-source.js';

/** What is read here, and so what has to have seen what was told before. */
const VIEWS = ['media-library', 'popularity', 'viewer-activity'];
const WAIT_MILLISECONDS = 20_000;

const MAXIMUM_CANDIDATES = 5000;
/** Co-watchers are sampled, so that a viewer of everything does not pull in everybody. */
const MAXIMUM_CO_WATCHERS = 500;
/**
 * Of each item's viewers, those with the lowest hashes: a sample that is the same people for every item, so that how much
 * they share can still be counted, and that does not grow with the item's success.
 */
const MAXIMUM_WATCHERS_EACH = 500;
/** Of each co-watcher what is shared and what is newest, so that what is read does not grow with their histories. */
const MAXIMUM_TASTES_EACH = 200;

/** One number for how much a viewer cared: likes and endings count more than starts, a low rating counts against. */
const TASTE = `
  0.3 * least(plays, 3) + completes + 1.5 * likes - 2 * dislikes + 0.5 * coalesce(progress, 0)
  + coalesce((rating - 2.5) / 2.5 * 1.5, 0)`;

/** What the recommender needs, from the views. */
export function createRecommendationSource(
  database: ReadDatabase,
  waiter: PositionWaiter,
): RecommendationSource {
  return {
    async read(userId, { after, signal } = {}) {
      if (after !== undefined)
        await waiter.waitFor(VIEWS, after, {
          timeoutMilliseconds: WAIT_MILLISECONDS,
          ...(signal ? { signal } : {}),
        });
      const [candidates, tastes] = await Promise.all([
        database.query<{ mediaId: string; title: string; tags: string[]; popularity: number }>(
          `with popular as (
             select media_id, p.weight, m.created_at
             from media_popularity p join media_library m using (media_id)
             where p.weight > 0 and m.status = 'published'
             order by p.weight desc, m.created_at desc limit $1
           ), others as (
             select media_id, 0 as weight, created_at from media_library m
             where status = 'published'
               and not exists (select from media_popularity p where p.media_id = m.media_id and p.weight > 0)
             order by created_at desc limit $1
           )
           select media_id as "mediaId", m.title, m.tags || m.detected_tags as tags, chosen.weight::float8 as popularity
           from (
             select * from popular union all select * from others order by weight desc, created_at desc limit $1
           ) as chosen join media_library m using (media_id)
           order by chosen.weight desc, chosen.created_at desc`,
          [MAXIMUM_CANDIDATES],
        ),
        database.query<{ userId: string; mediaId: string; weight: number }>(
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
          [userId, MAXIMUM_CO_WATCHERS, MAXIMUM_TASTES_EACH, MAXIMUM_WATCHERS_EACH],
        ),
      ]);
      return { candidates, tastes };
    },
  };
}
