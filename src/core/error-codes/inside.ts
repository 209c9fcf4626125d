import type { ErrorRoom } from './error-row.js';

/** What the parts of the product tell each other. */
export const inside = {
  step_superseded: {
    kinds: ['conflict'],
    advice:
      'Tells a worker to let go: the step is done, its item is deleted or rejected, or another attempt has it. That is no failure.',
  },
  step_failed: {
    kinds: ['conflict'],
    advice:
      'Tells a worker that its job has failed for good before, though the queue has not heard of it: it becomes the dead letter it should have been. Retry the item, or replay the letter.',
  },
  view_news_silent: {
    kinds: ['unavailable'],
    advice:
      'Tells the cache of hot answers that it may have missed changes of the views: until it hears again, answers come from the database.',
  },
  redis_unavailable: {
    kinds: ['unavailable'],
    advice: 'Tells the cache of hot answers that Redis does not answer: they are worked out without it.',
  },
  overtaken: {
    kinds: ['conflict'],
    advice:
      'Tells a process that another follows the log in its place, as when it was paused. It stands by, and takes over again when that one falls silent.',
  },
  lease_lost: { kinds: ['unavailable'], advice: 'Tells a worker that its job was given to another.' },
  cancelled: { kinds: ['unavailable'], advice: 'Tells a worker that its job is not wanted any more.' },
  shutting_down: {
    kinds: ['unavailable'],
    advice:
      'Tells a worker that its process stops. The job goes back to the queue, and the attempt does not count.',
  },
  wrong_expected_revision: {
    kinds: ['conflict'],
    advice:
      'Somebody else appended to the stream first. The command is decided again with what is there now.',
  },
  event_id_reused: {
    kinds: ['conflict'],
    advice: 'An event id comes with another stream or other events than before. Derive ids from the command.',
  },
  duplicate_event_id: { kinds: ['invalid'], advice: 'Two events of one append have the same id.' },
  invalid_event_id: { kinds: ['invalid'], advice: 'An event id is no UUID.' },
  invalid_append: {
    kinds: ['invalid'],
    advice: 'An append has no events, or a name or number out of range.',
  },
  append_too_large: {
    kinds: ['too-large'],
    advice:
      'The events of one append are too many or too large together; `details` tell how much the event store takes.',
  },
  event_too_large: {
    kinds: ['too-large'],
    advice: 'The data of one event is too large. Large data is a blob’s.',
  },
  unstorable_json: {
    kinds: ['invalid'],
    advice: 'An event holds a NUL character or half of a surrogate pair.',
  },
  invalid_event: { kinds: ['internal'], advice: 'A decider returned an event that does not fit its schema.' },
  unreadable_event: {
    kinds: ['internal'],
    advice:
      'A stored event cannot be read by this release. Has an older one been started on the log of a newer one?',
  },
  event_store_failed: {
    kinds: ['internal'],
    advice: 'The database refused what the event store asked; the log says why.',
  },
  unknown_command: {
    kinds: ['invalid'],
    advice:
      'No aggregate of this release takes the command. A saga tries again: it may be of the next release.',
  },
  unstorable_job: {
    kinds: ['invalid'],
    advice:
      'A job from a topic holds what the database of the queue cannot keep: the log says where it lies.',
  },
  unknown_job_kind: {
    kinds: ['invalid'],
    advice: 'This release has no such kind of job. A saga tries again: it may be of the next release.',
  },
  unknown: { kinds: [], advice: 'An output of a saga was refused for good for a reason without a code.' },
  job_kind_taken: { kinds: ['conflict'], advice: 'Two handlers for one kind of job in a process.' },
  job_queue_stopped: { kinds: ['conflict'], advice: 'A handler was added while the queue was stopping.' },
  attempt_claims_unavailable: {
    kinds: ['unavailable'],
    advice:
      'The database of the claims cannot be reached. The attempt is left to its queue, which delivers it again.',
  },
  checkpoint_store_unavailable: {
    kinds: ['unavailable'],
    advice:
      'The database of the checkpoints cannot be reached. Their consumer loads its own again and goes on.',
  },
  projection_store_unavailable: {
    kinds: ['unavailable'],
    advice: 'The database of the views cannot be reached. The projector tries again by itself.',
  },
  projection_write_failed: {
    kinds: ['internal'],
    advice:
      'The database refused rows of a view, so the view stands still at an event. `GET /v1/projections` says which.',
  },
  row_operation_invalid: {
    kinds: ['invalid'],
    advice: 'A projection changes a table it has not, or without its key.',
  },
  table_name_too_long: {
    kinds: ['invalid'],
    advice: 'The name of a view’s table leaves no room for its rebuild.',
  },
  rebuild_cancelled: { kinds: ['unavailable'], advice: 'A rebuild was cancelled, or its process stopped.' },
  rebuild_empty: {
    kinds: ['conflict'],
    advice:
      'The rebuilt view has no rows and the live one has: it does not take its place. Is this the right event log?',
  },
  rebuild_log_mismatch: {
    kinds: ['conflict'],
    advice: 'The live view has seen events that this log does not hold. Is this the right event log?',
  },
  rebuild_lost: { kinds: ['internal'], advice: 'Somebody else has gone on with this rebuild.' },
  rebuild_outdated: {
    kinds: ['conflict'],
    advice: 'The tables of the view changed during its rebuild. Start the rebuild again.',
  },
} as const satisfies ErrorRoom;
