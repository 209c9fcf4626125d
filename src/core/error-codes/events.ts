import type { ErrorRoom } from './error-row.js';

/** Of those who read the event log, and of positions in it. */
export const events = {
  invalid_position: {
    kinds: ['invalid'],
    advice:
      'This is no position of this server. Take `Mediaflow-Position`, or the id of an event, as it came.',
  },
  position_ahead_of_log: {
    kinds: ['conflict'],
    advice:
      'The log ends before this position, so it was restored from a backup. Throw away what was taken from events since that backup and begin again at a position read before it.',
  },
  event_not_in_log: {
    kinds: ['conflict'],
    advice:
      'Another event stands at this position, so the log was restored from a backup. Throw away what was taken from events since that backup and begin again at a position read before it.',
  },
  unknown_event_type: {
    kinds: ['invalid'],
    advice: 'There is no such type of event. [events](events.md) lists all.',
  },
} as const satisfies ErrorRoom;
