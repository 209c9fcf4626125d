import {
  type ModerationQueueReader,
  type QueuedItem,
  type ScoredFrame,
  waitingStatuses,
} from '../../../core/readers/moderation-queue.js';
import type { ReadDatabase } from './read-database.js';

interface QueueRow extends Omit<QueuedItem, 'mediaId' | 'since' | 'claim'> {
  readonly media_id: string;
  readonly since: Date;
  readonly claimed_by: string | null;
  readonly claimed_until: Date | null;
}

export const createModerationQueueReader = (database: ReadDatabase): ModerationQueueReader => ({
  async oldest({ status, type, freeFor }, limit) {
    // One status after another, each in the order of its index: of all at once a long queue would be sorted whole.
    const rows = await database.query<QueueRow>(
      `select one.* from unnest($1::text[]) as wanted (status) cross join lateral (
           select media_id, q.title, m.type, q.status, q.rule, q.explanation, q.policy, q.causes, q.head, q.model, q.frames, q.since,
             q.decision, q.opinion, coalesce(q.deciders, '[]'::jsonb) as deciders, q.appeal, q.claimed_by, q.claimed_until
           from moderation_queue q left join media_library m using (media_id)
           where q.status = wanted.status and ($3::text is null or m.type = $3)
             and ($4::text is null or (
               (q.claimed_by is null or q.claimed_by = $4 or q.claimed_until <= $5::timestamptz or q.claimed_until > $6::timestamptz)
               and not (q.status = 'appeal' and q.deciders ? $4) and q.opinion->>'reviewer' is distinct from $4))
           order by q.since limit $2
         ) one order by one.since limit $2`,
      [
        status === 'waiting' ? waitingStatuses : [status],
        ...[
          limit,
          type ?? null,
          freeFor?.reviewer ?? null,
          freeFor?.at ?? null,
          freeFor?.latestClaim ?? null,
        ],
      ],
    );
    return rows.map((row) => ({
      mediaId: row.media_id,
      title: row.title,
      type: row.type,
      status: row.status,
      rule: row.rule,
      explanation: row.explanation,
      policy: row.policy,
      causes: row.causes,
      head: row.head,
      model: row.model,
      frames: row.frames,
      since: row.since.toISOString(),
      decision: row.decision,
      opinion: row.opinion,
      deciders: row.deciders,
      appeal: row.appeal,
      claim:
        row.claimed_by === null || row.claimed_until === null
          ? null
          : { reviewer: row.claimed_by, until: row.claimed_until.toISOString() },
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
