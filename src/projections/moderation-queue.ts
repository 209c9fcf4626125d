import type { Projection } from '../core/projection.js';
import type { MediaEvent } from '../domain/media/media-events.js';

/**
 * What waits for a person, and what the policy rejected: a person may overrule that. A row is prepared at upload and
 * filled with the scores, so that the decision finds them; it leaves when there is nothing (more) to decide.
 */
export const moderationQueue: Projection<MediaEvent> = {
  name: 'moderation-queue',
  version: 4,
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
      data.title === undefined
        ? []
        : [{ patch: 'moderation_queue', key: { media_id: data.mediaId }, row: { title: data.title } }],
    ModerationScored: ({ data }) => [
      {
        patch: 'moderation_queue',
        key: { media_id: data.mediaId },
        row: {
          model: data.model,
          frames: data.frames.map(({ atSeconds, blobKey, scores }) => ({ atSeconds, blobKey, scores })),
        },
      },
    ],
    ModerationDecided: ({ data, metadata }) => [
      data.outcome !== 'approved'
        ? {
            patch: 'moderation_queue',
            key: { media_id: data.mediaId },
            row: {
              waiting: data.outcome === 'in_review',
              rule: data.rule,
              explanation: data.explanation,
              since: metadata.occurredAt,
            },
          }
        : { remove: 'moderation_queue', key: { media_id: data.mediaId } },
    ],
    UploadFailed: ({ data }) => [{ remove: 'moderation_queue', key: { media_id: data.mediaId } }],
    MediaReviewed: ({ data }) => [{ remove: 'moderation_queue', key: { media_id: data.mediaId } }],
    MediaDeleted: ({ data }) => [{ remove: 'moderation_queue', key: { media_id: data.mediaId } }],
  },
};
