import type { Command } from '../core/decider.js';
import type { Saga } from '../core/saga.js';
import type { ViewerEvent } from '../domain/viewer/viewer.js';

type Listened = Extract<ViewerEvent, { type: 'ViewerForgotten' }>;

/**
 * Who was forgotten stays so. The request that asked for it does the same at once; this is for the one that was cut off after
 * it had said so and before it was done, whose client may never ask again.
 */
export const forgetting: Saga<null, Listened, Command> = {
  name: 'forgetting',
  correlate: { ViewerForgotten: (event) => event.data.userId },
  initialState: null,
  evolve: (state) => state,
  react(_state, input) {
    if (input.type === 'TimerFired') return [{ ignore: 'this process sets no timers' }];
    const { userId } = input.data;
    return [{ run: { kind: 'forget', key: userId, payload: { userId } } }, { complete: true }];
  },
};
