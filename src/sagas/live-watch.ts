import type { Saga, SagaOutput } from '../core/saga.js';
import { addSeconds } from '../core/time.js';
import type { LiveCommand } from '../domain/live/live.js';
import type { LiveEvent } from '../domain/live/live-events.js';

export interface LiveWatchState {
  readonly heartbeatSeconds: number;
}

/** Of its signs of life, so many may be missing before a source counts as silent. */
const MISSED_HEARTBEATS = 2.5;
const ABANDONED_AFTER_SECONDS = 24 * 3600;

const silentAfter = (at: string, { heartbeatSeconds }: LiveWatchState): SagaOutput<LiveCommand> => ({
  schedule: { timer: 'silent', at: addSeconds(at, MISSED_HEARTBEATS * heartbeatSeconds) },
});

/** Tells of a source whose publisher was killed or cut off, and ends one that nobody came back to for a day. */
export const liveWatch: Saga<LiveWatchState, LiveEvent, LiveCommand> = {
  name: 'live-watch',
  correlate: {
    LiveSourceStarted: (event) => event.data.sourceId,
    LiveFramesSeen: (event) => event.data.sourceId,
    LiveSourceInterrupted: (event) => event.data.sourceId,
    LiveSourceEnded: (event) => event.data.sourceId,
  },
  initialState: { heartbeatSeconds: 60 },
  // Who looks at its frames may be configured otherwise than who began it, or than at that time.
  evolve: (state, input) =>
    input.type === 'LiveSourceStarted' || input.type === 'LiveFramesSeen'
      ? { heartbeatSeconds: input.data.heartbeatSeconds ?? state.heartbeatSeconds }
      : state,

  react(state, input, sourceId) {
    switch (input.type) {
      case 'TimerFired':
        return [
          input.data.timer === 'silent'
            ? {
                send: {
                  type: 'InterruptLiveSource',
                  data: { sourceId, code: 'live_source_silent', retryAt: null, nextSequence: null },
                },
              }
            : { send: { type: 'EndLiveSource', data: { sourceId, reason: 'abandoned', code: null } } },
        ];
      case 'LiveSourceStarted':
      case 'LiveFramesSeen':
        if ('late' in input.data && input.data.late)
          return [{ ignore: 'taken before it ended or broke off' }];
        return [silentAfter(input.metadata.occurredAt, state), { cancel: { timer: 'abandoned' } }];
      case 'LiveSourceInterrupted':
        return [
          { cancel: { timer: 'silent' } },
          {
            schedule: {
              timer: 'abandoned',
              at: addSeconds(input.metadata.occurredAt, ABANDONED_AFTER_SECONDS),
            },
          },
        ];
      case 'LiveSourceEnded':
        return [{ complete: true }];
      default:
        return [{ ignore: 'of no matter to it' }];
    }
  },
};
