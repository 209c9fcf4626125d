import type {
  ModerationQueueReader,
  QueuedItem,
  ScoredFrame,
} from '../../../core/readers/moderation-queue.js';
import type { ReadDatabase } from './read-database.js';

interface QueueRow {
  readonly media_id: string;
  readonly title: string;
  readonly type: QueuedItem['type'];
  readonly rule: string;
  readonly explanation: string;
  readonly policy: QueuedItem['policy'];
  readonly causes: QueuedItem['causes'];
  readonly model: QueuedItem['model'];
  readonly frames: ScoredFrame[];
  readonly since: Date;
}

export const createModerationQueueReader = (database: ReadDatabase): ModerationQueueReader => ({
  async oldest({ status, type }, limit) {
    const rows = await database.query<QueueRow>(
      `select media_id, q.title, m.type, q.rule, q.explanation, q.policy, q.causes, q.model, q.frames, q.since
           from moderation_queue q left join media_library m using (media_id)
           where q.status = $1 and ($3::text is null or m.type = $3)
           order by q.since limit $2`,
      [status, limit, type ?? null],
    );
    return rows.map((row) => ({
      mediaId: row.media_id,
      title: row.title,
      type: row.type,
      rule: row.rule,
      explanation: row.explanation,
      policy: row.policy,
      causes: row.causes,
      model: row.model,
      frames: row.frames,
      since: row.since.toISOString(),
    }));
  },

  async frames(mediaId) {
    const [row] = await database.query<{ frames: ScoredFrame[] }>(
      'select frames from moderation_queue where media_id = $1 and status is not null',
      [mediaId],
    );
    return row?.frames;
  },

  async original(mediaId) {
    const [row] = await database.query<{ blobKey: string; contentType: string | null }>(
      `select m.blob_key as "blobKey", m.content_type as "contentType" from moderation_queue q join media_library m using (media_id)
           where q.media_id = $1 and q.status is not null and m.blob_key is not null`,
      [mediaId],
    );
    return row;
  },
});
