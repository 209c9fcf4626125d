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
    const { requestId, userId, genre, limit } = input.data;
    const { position } = input;
    return [
      { run: { kind: 'recommend', key: userId, payload: { requestId, userId, genre, limit, position } } },
      { complete: true },
    ];
  },
};
