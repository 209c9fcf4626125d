import type { Aggregate } from '../../core/aggregate.js';
import type { Command } from '../../core/decider.js';
import { assertNever, conflict, notFound } from '../../core/errors.js';
import type { ModelName } from '../../core/model-name.js';
import { type ModelDataOf, type ModelEvent, modelEvents } from './model-events.js';

export type ModelCommand =
  | Command<'RequestModelTraining', ModelDataOf<'ModelTrainingRequested'>>
  | Command<'RecordModelHistoryRead', ModelDataOf<'ModelHistoryRead'>>
  | Command<
      'RecordModel',
      ModelDataOf<'ModelTrained'> & {
        /** Somebody has chosen another one meanwhile: it waits to be promoted, whatever was wanted when it was ordered. */
        readonly waits?: true;
      }
    >
  | Command<'FailModelTrainingAttempt', ModelDataOf<'ModelTrainingAttemptFailed'>>
  | Command<'FailModelTraining', ModelDataOf<'ModelTrainingFailed'>>
  | Command<
      'PromoteModel',
      Pick<ModelDataOf<'ModelPromoted'>, 'modelId' | 'isAutomatic'> & {
        readonly reason: 'asked' | 'rolled-back';
      }
    >
  | Command<'RetireModel', ModelDataOf<'ModelRetired'>>;

/** Null before it is asked for. */
export type ModelState = {
  readonly name: ModelName;
  readonly isPromoted: boolean;
  /** Why it may not be used, once it is trained. */
  readonly withheld?: string | undefined;
  readonly status: 'requested' | 'trained' | 'failed' | 'retired';
} | null;

function decide(command: ModelCommand, state: ModelState): ModelEvent[] {
  const { modelId } = command.data;
  if (command.type === 'RequestModelTraining') {
    if (state) throw conflict('model_exists', `Model ${modelId} was ordered already.`, { modelId });
    return [{ type: 'ModelTrainingRequested', data: command.data }];
  }
  if (!state) throw notFound('model_not_found', `There is no model ${modelId}.`, { modelId });
  const isOpen = state.status === 'requested' || state.status === 'failed';
  switch (command.type) {
    case 'RecordModelHistoryRead':
      return isOpen ? [{ type: 'ModelHistoryRead', data: command.data }] : [];
    case 'RecordModel': {
      const { waits, ...trained } = command.data;
      // A replayed job may still train what failed before.
      if (!isOpen) return [];
      return [
        { type: 'ModelTrained', data: trained },
        ...(waits || trained.withheld ? [] : promotion(modelId, state)),
      ];
    }
    case 'FailModelTrainingAttempt':
      return state.status === 'requested' ? [{ type: 'ModelTrainingAttemptFailed', data: command.data }] : [];
    case 'FailModelTraining':
      return state.status === 'requested' ? [{ type: 'ModelTrainingFailed', data: command.data }] : [];
    case 'PromoteModel':
      assertUsable(modelId, state);
      return [{ type: 'ModelPromoted', data: { ...command.data, name: state.name } }];
    case 'RetireModel':
      return state.status === 'trained' ? [{ type: 'ModelRetired', data: command.data }] : [];
    default:
      return assertNever(command);
  }
}

const promotion = (modelId: string, { name, isPromoted }: NonNullable<ModelState>): ModelEvent[] =>
  isPromoted
    ? [{ type: 'ModelPromoted', data: { modelId, name, reason: 'trained', isAutomatic: true } }]
    : [];

function assertUsable(modelId: string, { status, withheld }: NonNullable<ModelState>): void {
  if (status === 'retired')
    throw conflict('model_retired', `The bytes of model ${modelId} are removed.`, { modelId });
  if (status !== 'trained')
    throw conflict('model_not_trained', `Model ${modelId} is not trained.`, { modelId, status });
  if (withheld !== undefined)
    throw conflict('model_withheld', `Model ${modelId} may not be used. ${withheld}`, { modelId });
}

function evolve(state: ModelState, event: ModelEvent): ModelState {
  if (event.type === 'ModelTrainingRequested') {
    const { name, isPromoted } = event.data;
    return { name, isPromoted, status: 'requested' };
  }
  if (!state) return state;
  switch (event.type) {
    case 'ModelTrained':
      return { ...state, status: 'trained', withheld: event.data.withheld?.message };
    case 'ModelTrainingFailed':
      return { ...state, status: 'failed' };
    case 'ModelRetired':
      return { ...state, status: 'retired' };
    case 'ModelHistoryRead':
    case 'ModelTrainingAttemptFailed':
    case 'ModelPromoted':
      return state;
    default:
      return assertNever(event);
  }
}

export const modelStream = (modelId: string): string => `model-${modelId}`;

/** A model that is trained, put to use, and retired: one stream each. */
export const model: Aggregate<ModelState, ModelCommand, ModelEvent> = {
  name: 'model',
  decider: { initialState: null, decide, evolve },
  events: modelEvents,
  commandTypes: [
    ...(['RequestModelTraining', 'RecordModelHistoryRead', 'RecordModel'] as const),
    ...(['FailModelTrainingAttempt', 'FailModelTraining', 'PromoteModel', 'RetireModel'] as const),
  ],
  streamOf: (command) => modelStream(command.data.modelId),
  needsState: true,
};
