import { describe, test } from 'vitest';
import { type ModelCommand, model } from '../../src/domain/model/model.js';
import type { ModelEvent } from '../../src/domain/model/model-events.js';
import { type Specification, verify } from '../kit/given-when-then.js';
import { promotedModel, requestedModel, trainedFacts, trainedModel } from '../kit/model-events.js';

type Spec = Specification<ModelCommand, ModelEvent>;

const modelId = 'a';
const requested = requestedModel(modelId);
const unused = requestedModel(modelId, { isPromoted: false });
const trained = trainedModel(modelId);
const promoted = promotedModel(modelId);
const retired: ModelEvent = { type: 'ModelRetired', data: { modelId } };
const failure = { modelId, code: 'training_failed', message: 'Why.' };
const failed: ModelEvent = { type: 'ModelTrainingFailed', data: failure };
const attempt = { ...failure, attempt: 1, retryAt: '2026-11-21T09:30:02.000Z' };
const triedInVain: ModelEvent = { type: 'ModelTrainingAttemptFailed', data: attempt };
const reading = { modelId, events: 7, position: '0007' };
const readSoFar: ModelEvent = { type: 'ModelHistoryRead', data: reading };

const request = { type: 'RequestModelTraining', data: requested.data } as ModelCommand;
const record: ModelCommand = { type: 'RecordModel', data: trainedFacts(modelId) };
const read: ModelCommand = { type: 'RecordModelHistoryRead', data: reading };
const promote: ModelCommand = {
  type: 'PromoteModel',
  data: { modelId, reason: 'rolled-back', isAutomatic: false },
};
const fail: ModelCommand = { type: 'FailModelTraining', data: failure };
const tryLater: ModelCommand = { type: 'FailModelTrainingAttempt', data: attempt };
const retire: ModelCommand = { type: 'RetireModel', data: { modelId } };
const rolledBack = promotedModel(modelId, { reason: 'rolled-back', isAutomatic: false });

const withheld = { code: 'too_little_activity', message: 'Why.' };
const useless: ModelEvent = { type: 'ModelTrained', data: { ...trainedFacts(modelId), withheld } };

const specifications: Spec[] = [
  { name: 'a model is ordered', given: [], when: request, then: [requested] },
  {
    name: 'a model is ordered once',
    given: [requested],
    when: request,
    then: { refusedWith: 'model_exists' },
  },
  {
    name: 'a model is in use once it is trained',
    given: [requested],
    when: record,
    then: [trained, promoted],
  },
  { name: 'a model may be trained without being used', given: [unused], when: record, then: [trained] },
  {
    name: 'a model that was ordered to be used waits where somebody has chosen another one meanwhile',
    given: [requested],
    when: { type: 'RecordModel', data: { ...trainedFacts(modelId), waits: true } },
    then: [trained],
  },
  {
    name: 'a model that is of no use is not used, whatever was wanted',
    given: [requested],
    when: { type: 'RecordModel', data: { ...trainedFacts(modelId), withheld } },
    then: [useless],
  },
  {
    name: 'nor by hand',
    given: [requested, useless],
    when: promote,
    then: { refusedWith: 'model_withheld' },
  },
  { name: 'the first training stands', given: [requested, trained, promoted], when: record, then: [] },
  { name: 'how far history was read is told', given: [requested], when: read, then: [readSoFar] },
  { name: 'of what is trained nothing is read', given: [requested, trained], when: read, then: [] },
  { name: 'an attempt may fail', given: [requested], when: tryLater, then: [triedInVain] },
  { name: 'a training may fail', given: [requested, triedInVain], when: fail, then: [failed] },
  { name: 'a training fails once', given: [requested, failed], when: fail, then: [] },
  { name: 'what is trained does not fail', given: [requested, trained], when: fail, then: [] },
  {
    name: 'a replayed job may still train what failed',
    given: [requested, failed],
    when: record,
    then: [trained, promoted],
  },
  { name: 'one may go back to a model', given: [requested, trained], when: promote, then: [rolledBack] },
  {
    name: 'what is not trained is not used',
    given: [requested],
    when: promote,
    then: { refusedWith: 'model_not_trained' },
  },
  { name: 'a model may be retired', given: [requested, trained], when: retire, then: [retired] },
  { name: 'a model is retired once', given: [requested, trained, retired], when: retire, then: [] },
  {
    name: 'what is retired is not used',
    given: [requested, trained, retired],
    when: promote,
    then: { refusedWith: 'model_retired' },
  },
  { name: 'there has to be one', given: [], when: record, then: { refusedWith: 'model_not_found' } },
];

describe('a model', () => {
  test.each(specifications)('$name', (specification) => verify(model.decider, specification));
});
