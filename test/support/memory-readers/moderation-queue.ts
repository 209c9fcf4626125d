import type {
  ModerationQueueReader,
  QueuedItem,
  ScoredFrame,
} from '../../../src/core/readers/moderation-queue.js';
import type { RowsOf } from './index.js';

export function createModerationQueueReader(rowsOf: RowsOf): ModerationQueueReader {
  /** A row is prepared at upload; before the policy has decided there is nothing to see in it. */
  const decided = () => rowsOf('moderation_queue').filter((row) => typeof row.rule === 'string');
  const find = (mediaId: string) => decided().find((row) => row.media_id === mediaId);
  return {
    async oldest(status, limit) {
      return decided()
        .filter((row) => row.waiting === (status === 'in_review'))
        .toSorted((a, b) => (String(a.since) < String(b.since) ? -1 : 1))
        .slice(0, limit)
        .map(
          (row) =>
            ({
              mediaId: row.media_id,
              title: row.title,
              rule: row.rule,
              explanation: row.explanation,
              model: row.model ?? null,
              frames: row.frames ?? [],
              since: row.since,
            }) as unknown as QueuedItem,
        );
    },
    async frames(mediaId) {
      const row = find(mediaId);
      return row && ((row.frames ?? []) as unknown as readonly ScoredFrame[]);
    },
    async originalKey(mediaId) {
      const item = rowsOf('media_library').find((row) => row.media_id === mediaId);
      return find(mediaId) && typeof item?.blob_key === 'string' ? item.blob_key : undefined;
    },
  };
}
