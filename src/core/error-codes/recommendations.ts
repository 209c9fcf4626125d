import type { ErrorRoom } from './error-row.js';

/** Of viewers, what they do, and what is recommended to them. */
export const recommendations = {
  occurred_at_out_of_range: {
    kinds: ['invalid'],
    advice:
      '`occurredAt` lies before 1970 or more than a day ahead of the server. Mend the clock it comes from, or leave it out. Nothing of the list was taken.',
  },
  value_out_of_range: {
    kinds: ['invalid'],
    advice: 'The `value` does not fit the type of the interaction; `detail` says what it may be.',
  },
  viewer_not_forgotten: {
    kinds: ['conflict'],
    advice:
      'A job was to forget a viewer whom nobody has asked to be forgotten: nothing was taken away. Who writes to the queue, or to the topics of jobs?',
  },
  request_not_found: {
    kinds: ['not-found'],
    advice: 'There is no such request for recommendations. Make one and take the id from its answer.',
  },
  request_exists: {
    kinds: ['conflict'],
    advice: 'A request with this id was made already. Read its answer.',
  },
} as const satisfies ErrorRoom;
