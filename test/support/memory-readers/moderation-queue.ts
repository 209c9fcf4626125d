import type { Row } from '../../../src/core/projection.js';
import {
  type ModerationQueueReader,
  type QueuedItem,
  type QueueFilter,
  type ScoredFrame,
  waitingStatuses,
} from '../../../src/core/readers/moderation-queue.js';
import type { RowsOf } from './index.js';

function isFree(row: Row, { reviewer, at, latestClaim }: NonNullable<QueueFilter['freeFor']>): boolean {
  const opinion = row.opinion as unknown as QueuedItem['opinion'];
  const deciders = (row.deciders ?? []) as readonly string[];
  const until = String(row.claimed_until);
  const isClaimed =
    row.claimed_by != null && row.claimed_by !== reviewer && until > at && until <= latestClaim;
  return (
    !isClaimed && !(row.status === 'appeal' && deciders.includes(reviewer)) && opinion?.reviewer !== reviewer
  );
}

export function createModerationQueueReader(rowsOf: RowsOf): ModerationQueueReader {
  const itemOf = (mediaId: unknown) => rowsOf('media_library').find((row) => row.media_id === mediaId);
  const typeOf = (mediaId: unknown) => itemOf(mediaId)?.type ?? null;
  /** A row is prepared at upload; while there is nothing to decide, there is nothing to see in it. */
  const decided = () => rowsOf('moderation_queue').filter((row) => typeof row.status === 'string');
  const find = (mediaId: string) => decided().find((row) => row.media_id === mediaId);
  return {
    async oldest({ status, type, freeFor }, limit) {
      const statuses: readonly unknown[] = status === 'waiting' ? waitingStatuses : [status];
      return decided()
        .filter(
          (row) =>
            statuses.includes(row.status) &&
            (type === undefined || typeOf(row.media_id) === type) &&
            (freeFor === undefined || isFree(row, freeFor)),
        )
        .toSorted((a, b) => (String(a.since) < String(b.since) ? -1 : 1))
        .slice(0, limit)
        .map(
          (row) =>
            ({
              mediaId: row.media_id,
              title: row.title,
              type: typeOf(row.media_id),
              status: row.status,
              rule: row.rule,
              explanation: row.explanation,
              policy: row.policy ?? null,
              causes: row.causes ?? [],
              head: row.head ?? null,
              model: row.model ?? null,
              frames: row.frames ?? [],
              since: row.since,
              decision: row.decision ?? null,
              opinion: row.opinion ?? null,
              deciders: row.deciders ?? [],
              appeal: row.appeal ?? null,
              claim: row.claimed_by ? { reviewer: row.claimed_by, until: row.claimed_until } : null,
            }) as unknown as QueuedItem,
        );
    },
    async frames(mediaId) {
      const row = find(mediaId);
      return row && ((row.frames ?? []) as unknown as readonly ScoredFrame[]);
    },
    async original(mediaId) {
      const { blob_key: blobKey, content_type: contentType } = itemOf(mediaId) ?? {};
      if (!find(mediaId) || typeof blobKey !== 'string') return undefined;
      return { blobKey, contentType: typeof contentType === 'string' ? contentType : null };
    },
  };
}
