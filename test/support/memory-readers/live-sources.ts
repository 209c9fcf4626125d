import type { Row } from '../../../src/core/projection.js';
import type { LiveSource, LiveSourcesReader } from '../../../src/core/readers/live-sources.js';
import type { RowsOf } from './index.js';

const count = (sum: unknown) => Math.min(Number(sum ?? 0), Number.MAX_SAFE_INTEGER);

const toSource = (row: Row): LiveSource =>
  ({
    ...{ sourceId: row.source_id, name: row.name, kind: row.kind, everySeconds: row.every_seconds },
    ...{ status: row.status, code: row.code ?? null, retryAt: row.retry_at ?? null },
    ...{ startedAt: row.started_at, lastSeenAt: row.last_seen_at ?? null },
    ...{ endedAt: row.ended_at ?? null, endReason: row.end_reason ?? null },
    ...{ labels: row.labels ?? [], sightings: row.sightings ?? [], moderation: row.moderation ?? [] },
    ...{ worst: row.worst ?? null, models: row.models ?? [], framesSeen: count(row.frames_seen) },
    framesDropped: {
      publisher: count(row.dropped_by_publisher),
      queue: count(row.dropped_by_queue),
      unseen: count(row.dropped_unseen),
    },
  }) as unknown as LiveSource;

export const createLiveSourcesReader = (rowsOf: RowsOf): LiveSourcesReader => ({
  latest: async ({ status }, limit) =>
    rowsOf('live_sources')
      .map(toSource)
      .filter((source) => status === undefined || source.status === status)
      .toSorted((a, b) => (a.startedAt === b.startedAt ? 0 : a.startedAt < b.startedAt ? 1 : -1))
      .slice(0, limit),
  async one(sourceId) {
    const row = rowsOf('live_sources').find(({ source_id }) => source_id === sourceId);
    return row && toSource(row);
  },
});
