import type { Saga } from '../core/saga.js';
import type { ModelCommand } from '../domain/model/model.js';
import type { ModelEvent } from '../domain/model/model-events.js';

type Listened = Extract<ModelEvent, { type: 'ModelTrainingRequested' }>;

/** A model that is asked for becomes a job, one after another of the same name; its answer is the event the job ends in. */
export const modelTraining: Saga<null, Listened, ModelCommand> = {
  name: 'model-training',
  correlate: { ModelTrainingRequested: (event) => event.data.modelId },
  initialState: null,
  evolve: (state) => state,
  react(_state, input) {
    if (input.type === 'TimerFired') return [{ ignore: 'this process sets no timers' }];
    const { position } = input;
    const { modelId, name, source, upTo, after, isEvaluated } = input.data;
    const payload = {
      ...{ modelId, name, source, upTo, isEvaluated, position },
      ...(after !== undefined && { after }),
    };
    return [{ run: { kind: 'train', key: name, payload } }, { complete: true }];
  },
};
