import type { HistoryEntry, MediaHistoryReader } from '../../../src/core/readers/media-history.js';
import type { RowsOf } from './index.js';

export const createMediaHistoryReader = (rowsOf: RowsOf): MediaHistoryReader => ({
  async of(mediaId) {
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
            data: row.data,
          }) as unknown as HistoryEntry,
      );
  },
});
