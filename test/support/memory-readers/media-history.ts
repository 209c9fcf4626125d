import type { JsonObject } from '../../../src/core/json.js';
import { joinPersonal } from '../../../src/core/personal-data.js';
import type { HistoryEntry, MediaHistoryReader } from '../../../src/core/readers/media-history.js';
import type { RowsOf } from './index.js';

export const createMediaHistoryReader = (rowsOf: RowsOf): MediaHistoryReader => ({
  async of(mediaId) {
    const personalAt = (position: unknown) =>
      rowsOf('media_history_personal').find((row) => row.media_id === mediaId && row.position === position)
        ?.personal as JsonObject | undefined;
    return rowsOf('media_history')
      .filter((row) => row.media_id === mediaId)
      .toSorted((a, b) => (String(a.position) < String(b.position) ? -1 : 1))
      .map(
        (row) =>
          ({
            type: row.type,
            occurredAt: row.occurred_at,
            position: row.position,
            eventId: row.event_id,
            actor: row.actor,
            data: joinPersonal({
              open: row.data as JsonObject,
              personal: personalAt(row.position) ?? {},
            }),
          }) as unknown as HistoryEntry,
      );
  },
});
