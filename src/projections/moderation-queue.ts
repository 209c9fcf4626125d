import type { Projection, Row, RowOperation } from '../core/projection.js';
import type { MediaEvent } from '../domain/media/media-events.js';

const change = (mediaId: string, row: Row): RowOperation => ({
  patch: 'moderation_queue',
  key: { media_id: mediaId },
  row,
});

/**
 * What waits for a person, and what is rejected and a person may approve. A row is prepared at upload and filled with the scores,
 * so that a decision finds them, however late; `status` is null while there is nothing to decide.
 */
export const moderationQueue: Projection<MediaEvent> = {
  name: 'moderation-queue',
  version: 6,
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
        status: data.outcome === 'approved' ? null : data.outcome,
        rule: data.rule,
        explanation: data.explanation,
        causes: data.causes,
        policy: data.policy,
        since: metadata.occurredAt,
      }),
    ],
    MediaReviewed: ({ data, metadata }) => [
      change(
        data.mediaId,
        data.about === 'takedown'
          ? {
              status: 'rejected',
              rule: 'taken_down',
              explanation: data.reason,
              since: metadata.occurredAt,
            }
          : { status: null },
      ),
    ],
    MediaDeleted: ({ data }) => [{ remove: 'moderation_queue', key: { media_id: data.mediaId } }],
  },
};
