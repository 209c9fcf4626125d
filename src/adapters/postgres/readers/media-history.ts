import type { JsonObject } from '../../../core/json.js';
import { joinPersonal } from '../../../core/personal-data.js';
import type { MediaHistoryReader } from '../../../core/readers/media-history.js';
import type { ReadDatabase } from './read-database.js';

interface HistoryRow {
  readonly type: string;
  readonly occurred_at: Date;
  readonly position: string;
  readonly event_id: string;
  readonly actor: string;
  /** With what stands for erased values. */
  readonly data: JsonObject;
  readonly personal: JsonObject | null;
}

export const createMediaHistoryReader = (database: ReadDatabase): MediaHistoryReader => ({
  async of(mediaId) {
    const rows = await database.query<HistoryRow>(
      `select type, occurred_at, position, event_id, actor, data, personal
       from media_history left join media_history_personal using (media_id, position)
       where media_id = $1 order by position`,
      [mediaId],
    );
    return rows.map((row) => ({
      type: row.type,
      occurredAt: row.occurred_at.toISOString(),
      position: row.position,
      eventId: row.event_id,
      actor: row.actor,
      data: joinPersonal({ open: row.data, personal: row.personal ?? {} }),
    }));
  },
});
