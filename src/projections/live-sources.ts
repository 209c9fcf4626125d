import type { Projection, Row, RowOperation } from '../core/projection.js';
import { utcInstant } from '../core/time.js';
import type { LiveEvent } from '../domain/live/live-events.js';

const patch = (sourceId: string, row: Row): RowOperation => ({
  patch: 'live_sources',
  key: { source_id: sourceId },
  row,
});

/** Every live source with what is to be seen of it now, and how it stands. */
export const liveSources: Projection<LiveEvent> = {
  name: 'live-sources',
  version: 1,
  tables: { live_sources: ['source_id'] },
  on: {
    LiveSourceStarted: ({ data, metadata }) => [
      {
        put: 'live_sources',
        key: { source_id: data.sourceId },
        row: {
          ...{ name: data.name, kind: data.kind, every_seconds: data.everySeconds, status: 'watching' },
          started_at: metadata.occurredAt,
        },
      },
    ],
    LiveFramesSeen: ({ data }) => {
      const key = { source_id: data.sourceId };
      const { framesDropped: dropped, labels, moderation } = data;
      const worst = moderation.toSorted((a, b) => b.score - a.score)[0];
      // Of what has ended nothing is there any more.
      const labelsNow = data.late ? [] : data.labelsNow;
      const isNow = new Set(labelsNow);
      return [
        {
          increment: 'live_sources',
          key,
          by: {
            frames_seen: data.framesSeen,
            dropped_by_publisher: dropped.publisher,
            dropped_by_queue: dropped.queue,
            dropped_unseen: dropped.unseen,
          },
        },
        patch(data.sourceId, {
          labels: labelsNow,
          sightings: labels.map((label) => ({ ...label, isNow: isNow.has(label.label) })),
          ...{ moderation, models: data.models, last_seen_at: utcInstant(data.to) ?? null },
          ...(!data.late && { status: 'watching', code: null, retry_at: null }),
        }),
        ...(worst
          ? [
              {
                patchIfNewer: 'live_sources',
                ...{ key, by: 'worst_score' },
                row: { worst_score: worst.score, worst },
              },
            ]
          : []),
      ];
    },
    LiveSourceInterrupted: ({ data }) => [
      patch(data.sourceId, { status: 'interrupted', code: data.code, retry_at: data.retryAt, labels: [] }),
    ],
    LiveSourceEnded: ({ data, metadata }) => [
      patch(data.sourceId, {
        ...{ status: 'ended', end_reason: data.reason, ended_at: metadata.occurredAt },
        ...{ code: data.code, retry_at: null, labels: [] },
      }),
    ],
    LiveSourceRemoved: ({ data }) => [{ remove: 'live_sources', key: { source_id: data.sourceId } }],
  },
};
