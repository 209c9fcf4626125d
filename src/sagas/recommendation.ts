import type { Saga } from '../core/saga.js';
import type { RecommendationCommand, RecommendationEvent } from '../domain/recommendation/recommendation.js';

type Listened = Extract<RecommendationEvent, { type: 'RecommendationRequested' }>;

/** A request becomes a job; its answer is the event the job ends in. */
export const recommendation: Saga<null, Listened, RecommendationCommand> = {
  name: 'recommendation',
  correlate: { RecommendationRequested: (event) => event.data.requestId },
  initialState: null,
  evolve: (state) => state,
  react(_state, input) {
    if (input.type === 'TimerFired') return [{ ignore: 'this process sets no timers' }];
    const { position } = input;
    const { requestId, userId, genre, type, limit } = input.data;
    const asked = type === undefined ? {} : { type };
    return [
      {
        run: {
          kind: 'recommend',
          key: userId,
          payload: { requestId, userId, genre, ...asked, limit, position },
        },
      },
      { complete: true },
    ];
  },
};
