import type { ErrorRoom } from './error-row.js';

/** Of items: their details, review, processing and removal. */
export const media = {
  media_not_found: {
    kinds: ['not-found'],
    advice:
      'There is no such item, or the caller may not see it before it is published. Right after an upload send its `Mediaflow-Position` as `Mediaflow-After`.',
  },
  media_not_deleted: {
    kinds: ['conflict'],
    advice:
      'A job was to purge an item that nobody has deleted: nothing of it was touched. Who writes to the queue, or to the topics of jobs?',
  },
  media_deleted: {
    kinds: ['conflict', 'not-found'],
    advice:
      'The item is deleted, which is final: 404 when something is asked of it, 409 when its upload would go on.',
  },
  media_rejected: {
    kinds: ['conflict'],
    advice:
      'The item is rejected, so nothing of it is processed. A reviewer may approve what the policy rejected, or what was taken down.',
  },
  no_suggestion: {
    kinds: ['conflict'],
    advice:
      'There is nothing of that kind to be accepted: nobody has asked for suggestions yet (`POST /v1/media/{id}/metadata/generate`), or the model had none.',
  },
  suggestion_replaced: {
    kinds: ['conflict'],
    advice:
      'What was looked at was replaced by a later suggestion: look at that one, `GET /v1/media/{id}/metadata`.',
  },
  not_in_review: {
    kinds: ['not-found', 'conflict'],
    advice: 'The item does not wait for a person: somebody has decided already, or it is not that far yet.',
  },
  not_approved: {
    kinds: ['conflict'],
    advice:
      'Only what is approved can be taken down. What waits for a person is rejected by a review; what has not been looked at yet can be deleted.',
  },
  not_rejected: {
    kinds: ['conflict'],
    advice:
      'An appeal is against a rejection, and the item is not rejected (any more). Read its `moderation`.',
  },
  appeal_open: {
    kinds: ['conflict'],
    advice:
      'There is one appeal at a time, and one waits for a person: `GET /v1/moderation/queue?status=appeal` has it.',
  },
  appeal_decided: {
    kinds: ['conflict'],
    advice:
      'An appeal against this rejection was turned down by another person, which is final. The history of the item says why.',
  },
  same_reviewer: {
    kinds: ['conflict'],
    advice:
      'Who decided does not decide on the appeal. Another person has to, with another key: people are known by their keys (`MEDIAFLOW_API_KEYS`), and without keys all are one.',
  },
  second_person_needed: {
    kinds: ['conflict'],
    advice:
      'The policy wants two people for this decision (`fourEyes`), and you are the first of them. Another one has to say the same, with another key.',
  },
  review_claimed: {
    kinds: ['conflict'],
    advice:
      'Somebody else is looking at this item; the details say who, and until when. Take another one, or wait.',
  },
  nothing_to_retry: {
    kinds: ['conflict'],
    advice:
      'No step of this item has failed for good. Read its `steps`: one that waits is tried again by itself.',
  },
  still_processing: {
    kinds: ['conflict'],
    advice: 'Steps of the item are being done or wait for their turn. Ask again when they have ended.',
  },
  processing_failed: {
    kinds: ['conflict'],
    advice: 'The item has failed, which its `failure` explains. Mend what was wrong, and retry it.',
  },
  still_uploading: {
    kinds: ['conflict'],
    advice: 'The bytes of the item are still coming, so no step of it has begun. Finish the upload first.',
  },
  upload_failed: {
    kinds: ['conflict'],
    advice:
      'The upload of the item failed, so there is nothing to process: send the file again. (What was to be fetched from an address can be retried.) The command line says so too when a transfer broke off.',
  },
  invalid_cursor: {
    kinds: ['invalid'],
    advice:
      'This cursor was not given out by this server. Take `nextCursor` as it came, or begin without one.',
  },
} as const satisfies ErrorRoom;
