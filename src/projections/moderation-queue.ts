import type { Projection, Row, RowOperation } from '../core/projection.js';
import type { MediaEvent } from '../domain/media/media-events.js';

type Reviewed = Extract<MediaEvent, { type: 'MediaReviewed' }>['data'];

const change = (mediaId: string, row: Row): RowOperation => ({
  patch: 'moderation_queue',
  key: { media_id: mediaId },
  row,
});

const NOT_CLAIMED = { claimed_by: null, claimed_until: null };
/** What is decided on is nobody's any more, and nobody has said anything yet on what comes next. */
const DECIDED = { opinion: null, appeal: null, ...NOT_CLAIMED };

/** What a person may still decide after a decision; against what a person rejected there is an appeal. */
const statusAfter = ({ about, decision }: Reviewed): string | null =>
  decision === 'reject' && (about === 'takedown' || about === 'audit') ? 'rejected' : null;

/**
 * What waits for a person, and what is rejected and a person may approve. A row is prepared at upload and filled with the scores,
 * so that a decision finds them, however late; `status` is null while there is nothing to decide.
 */
export const moderationQueue: Projection<MediaEvent> = {
  name: 'moderation-queue',
  version: 7,
  tables: { moderation_queue: ['media_id'] },
  on: {
    MediaRegistered: ({ data, metadata }) => [
      {
        put: 'moderation_queue',
        key: { media_id: data.mediaId },
        row: { title: data.title, since: metadata.occurredAt },
      },
    ],
    MediaDetailsChanged: ({ data }) =>
      data.title === undefined ? [] : [change(data.mediaId, { title: data.title })],
    ModerationScored: ({ data }) => [
      change(data.mediaId, {
        model: data.model,
        frames: data.frames.map(({ atSeconds, blobKey, scores }) => ({ atSeconds, blobKey, scores })),
      }),
    ],
    ModerationDecided: ({ data, metadata }) => [
      change(data.mediaId, {
        ...DECIDED,
        status: data.outcome === 'approved' ? (data.audit ? 'audit' : null) : data.outcome,
        ...{ rule: data.rule, explanation: data.explanation, causes: data.causes, policy: data.policy },
        head: data.head ?? null,
        ...{ decision: null, deciders: [], since: metadata.occurredAt },
      }),
    ],
    ReviewProposed: ({ data, metadata }) => [
      change(data.mediaId, {
        ...NOT_CLAIMED,
        ...(data.about === 'takedown' && { status: 'takedown', since: metadata.occurredAt }),
        opinion: {
          ...{ decision: data.decision, reason: data.reason, reviewer: data.reviewer },
          at: metadata.occurredAt,
        },
      }),
    ],
    MediaReviewed: ({ data, metadata }) => [
      change(data.mediaId, {
        ...DECIDED,
        ...{ status: statusAfter(data), since: metadata.occurredAt },
        ...(statusAfter(data) && { rule: 'taken_down', explanation: data.reason }),
        decision: {
          ...{ about: data.about, decision: data.decision, reason: data.reason },
          ...{ reviewer: data.reviewer, at: metadata.occurredAt },
        },
        deciders: [...(data.agreed ?? []), data.reviewer],
      }),
    ],
    MediaAppealed: ({ data, metadata }) => [
      change(data.mediaId, {
        ...{ ...DECIDED, status: 'appeal', since: metadata.occurredAt },
        appeal: { text: data.text, appellant: data.appellant, at: metadata.occurredAt },
      }),
    ],
    ReviewClaimed: ({ data }) => [
      change(data.mediaId, { claimed_by: data.reviewer, claimed_until: data.until }),
    ],
    ReviewReleased: ({ data }) => [change(data.mediaId, NOT_CLAIMED)],
    MediaDeleted: ({ data }) => [{ remove: 'moderation_queue', key: { media_id: data.mediaId } }],
  },
};
