import type { KindInterest } from '../../../core/list-type.js';
import { START } from '../../../core/position.js';
import type {
  DoingsOfSomebody,
  ItemDoings,
  ViewerActivityReader,
} from '../../../core/readers/viewer-activity.js';
import type { ReadDatabase } from './read-database.js';
import { TASTE } from './taste.js';

const DOINGS = 'media_id as "mediaId", plays, completes, likes, dislikes, progress, rating';
const PAGE_ROWS = 5_000;

export const createViewerActivityReader = (database: ReadDatabase): ViewerActivityReader => ({
  doingsOf: (userId) =>
    database.query<ItemDoings>(`select ${DOINGS} from viewer_activity where user_id = $1`, [userId]),

  everything: (onPage, signal) =>
    database.snapshot(async (query) => {
      const [checkpoint] = await query<{ position: string }>(
        `select position from projection_checkpoints where name = 'viewer-activity'`,
      );
      await query(
        `declare everything no scroll cursor for
           select user_id as "userId", ${DOINGS} from viewer_activity`,
      );
      for (;;) {
        signal?.throwIfAborted();
        const page = await query<DoingsOfSomebody>(`fetch ${PAGE_ROWS} from everything`);
        if (page.length === 0) return { position: checkpoint?.position ?? START };
        onPage(page);
      }
    }),

  async size() {
    const [row] = await database.query<{ size: number }>(
      'select count(*)::float8 as size from viewer_activity',
    );
    return row?.size ?? 0;
  },

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
