import type { LiveSource, LiveSourcesReader } from '../../../core/readers/live-sources.js';
import type { ReadDatabase } from './read-database.js';

interface LiveRow
  extends Pick<LiveSource, 'name' | 'kind' | 'status' | 'code' | 'labels' | 'sightings' | 'moderation'>,
    Pick<LiveSource, 'worst' | 'models'> {
  readonly source_id: string;
  readonly every_seconds: number;
  readonly retry_at: Date | null;
  readonly started_at: Date;
  readonly last_seen_at: Date | null;
  readonly ended_at: Date | null;
  readonly end_reason: string | null;
  readonly frames_seen: string;
  readonly dropped_by_publisher: string;
  readonly dropped_by_queue: string;
  readonly dropped_unseen: string;
}

const instant = (date: Date | null) => date?.toISOString() ?? null;

/** Publishers tell what they dropped; a sum that is no exact number any more is shown as the largest that is. */
const count = (sum: string) => Math.min(Number(sum), Number.MAX_SAFE_INTEGER);

const toSource = (row: LiveRow): LiveSource => ({
  ...{ sourceId: row.source_id, name: row.name, kind: row.kind, everySeconds: row.every_seconds },
  ...{ status: row.status, code: row.code, retryAt: instant(row.retry_at) },
  ...{ startedAt: row.started_at.toISOString(), lastSeenAt: instant(row.last_seen_at) },
  ...{ endedAt: instant(row.ended_at), endReason: row.end_reason },
  ...{ labels: row.labels, sightings: row.sightings, moderation: row.moderation },
  ...{ worst: row.worst, models: row.models, framesSeen: count(row.frames_seen) },
  framesDropped: {
    publisher: count(row.dropped_by_publisher),
    queue: count(row.dropped_by_queue),
    unseen: count(row.dropped_unseen),
  },
});

export const createLiveSourcesReader = (database: ReadDatabase): LiveSourcesReader => ({
  async latest({ status }, limit) {
    const rows = await database.query<LiveRow>(
      `select * from live_sources where $1::text is null or status = $1
       order by started_at desc, source_id limit $2`,
      [status ?? null, limit],
    );
    return rows.map(toSource);
  },

  async one(sourceId) {
    const [row] = await database.query<LiveRow>('select * from live_sources where source_id = $1', [
      sourceId,
    ]);
    return row && toSource(row);
  },
});
