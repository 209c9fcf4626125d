import type {
  RecommendationList,
  RecommendationRequest,
  RecommendationsReader,
  RecommendedItem,
} from '../../../core/readers/recommendations.js';
import type { ReadDatabase } from './read-database.js';
import { unseenBy } from './unseen.js';

interface ListRow {
  readonly request_id: string;
  readonly type: RecommendationList['type'];
  readonly ranking: RecommendationList['ranking'];
  readonly generated_at: Date;
  readonly names: readonly string[];
}

interface RequestRow {
  readonly user_id: string;
  readonly type: RecommendationRequest['type'];
  readonly status: RecommendationRequest['status'];
  readonly ranking: RecommendationRequest['ranking'];
  readonly failure: RecommendationRequest['failure'];
  readonly requested_at: Date;
  readonly ended_at: Date | null;
  readonly retry_at: Date | null;
  readonly position: string | null;
}

/** Joined when read: what was taken down, or seen since, is gone from every list at once. */
const itemsOf = (list: string): string => `
  select m.media_id as "mediaId", m.title, m.type, (i.item ->> 'score')::float8 as score, i.item ->> 'reason' as reason,
    b.title as "becauseTitle"
  from ${list} r
    cross join lateral jsonb_array_elements(r.items) with ordinality as i(item, place)
    join media_library m on m.media_id = i.item ->> 'mediaId' and m.status = 'published'
    left join media_library b on b.media_id = i.item ->> 'because' and b.status = 'published'
  where ${unseenBy('r.user_id', 'm.media_id')}`;

export const createRecommendationsReader = (database: ReadDatabase): RecommendationsReader => ({
  async newestList(userId, asked) {
    const [list] = await database.query<ListRow>(
      `select request_id, type, ranking, generated_at, array(
         select distinct name
         from jsonb_array_elements(items) as item, unnest(array[item ->> 'mediaId', item ->> 'because']) as name
         where name is not null) as names
       from recommendations where user_id = $1 and list = $2`,
      [userId, asked],
    );
    if (!list) return undefined;
    const items = await database.query<RecommendedItem>(
      `${itemsOf('recommendations')} and r.user_id = $1 and r.list = $2 order by i.place`,
      [userId, asked],
    );
    return {
      requestId: list.request_id,
      type: list.type,
      ranking: list.ranking,
      generatedAt: list.generated_at.toISOString(),
      items,
      names: list.names,
    };
  },

  async request(requestId) {
    const [request] = await database.query<RequestRow>(
      `select user_id, status, type, ranking, failure, requested_at, ended_at, retry_at, position
         from recommendation_requests where request_id = $1`,
      [requestId],
    );
    if (!request) return undefined;
    const items = await database.query<RecommendedItem>(
      `${itemsOf('recommendation_requests')} and r.request_id = $1 order by i.place`,
      [requestId],
    );
    return {
      userId: request.user_id,
      status: request.status,
      type: request.type,
      items,
      ranking: request.ranking,
      failure: request.failure,
      requestedAt: request.requested_at.toISOString(),
      retryAt: request.retry_at?.toISOString() ?? null,
      endedAt: request.ended_at?.toISOString() ?? null,
      position: request.position,
    };
  },
});
