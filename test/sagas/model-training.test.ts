import { expect, test } from 'vitest';
import { jobPayloads } from '../../src/domain/jobs.js';
import { modelTraining } from '../../src/sagas/model-training.js';
import { requestedModel } from '../kit/model-events.js';
import { reactionTo } from '../kit/run-saga.js';

test('a model that is asked for becomes a job, one after another of the same name, and that is all', () => {
  const outputs = reactionTo(modelTraining, [requestedModel('a', { source: 'history', upTo: '0042' })]);
  expect(outputs).toMatchObject([
    {
      run: {
        ...{ kind: 'train', key: 'recommender' },
        payload: { modelId: 'a', name: 'recommender', source: 'history', upTo: '0042', isEvaluated: false },
      },
    },
    { complete: true },
  ]);
  const [first] = outputs;
  expect(first && 'run' in first && jobPayloads.train.strict().safeParse(first.run.payload).error).toBe(
    undefined,
  );
});
