import type {
  ModerationQueueReader,
  QueuedItem,
  ScoredFrame,
} from '../../../core/readers/moderation-queue.js';
import type { ReadDatabase } from './read-database.js';

interface QueueRow {
  readonly media_id: string;
  readonly title: string;
  readonly rule: string;
  readonly explanation: string;
  readonly model: QueuedItem['model'];
  readonly frames: ScoredFrame[];
  readonly since: Date;
}

export const createModerationQueueReader = (database: ReadDatabase): ModerationQueueReader => ({
  async oldest(status, limit) {
    const rows = await database.query<QueueRow>(
      `select media_id, title, rule, explanation, model, frames, since from moderation_queue
           where rule is not null and waiting = $1 order by since limit $2`,
      [status === 'in_review', limit],
    );
    return rows.map((row) => ({
      mediaId: row.media_id,
      title: row.title,
      rule: row.rule,
      explanation: row.explanation,
      model: row.model,
      frames: row.frames,
      since: row.since.toISOString(),
    }));
  },

  async frames(mediaId) {
    const [row] = await database.query<{ frames: ScoredFrame[] }>(
      'select frames from moderation_queue where media_id = $1 and rule is not null',
      [mediaId],
    );
    return row?.frames;
  },

  async originalKey(mediaId) {
    const [row] = await database.query<{ blob_key: string }>(
      `select m.blob_key from moderation_queue q join media_library m using (media_id)
           where q.media_id = $1 and q.rule is not null and m.blob_key is not null`,
      [mediaId],
    );
    return row?.blob_key;
  },
});
