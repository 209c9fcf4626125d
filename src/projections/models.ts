import type { JsonObject } from '../core/json.js';
import type { Projection, Row, RowOperation } from '../core/projection.js';
import type { ModelEvent } from '../domain/model/model-events.js';

const patch = (modelId: string, row: Row): RowOperation => ({
  patch: 'models',
  key: { model_id: modelId },
  row,
});

/** Every model there was, and which was promoted when: the one that was last is in use. */
export const models: Projection<ModelEvent> = {
  name: 'models',
  version: 1,
  tables: { models: ['model_id'] },
  on: {
    ModelTrainingRequested: ({ data, metadata }) => [
      {
        put: 'models',
        key: { model_id: data.modelId },
        row: {
          ...{ name: data.name, status: 'queued', source: data.source, reason: data.reason },
          requested_at: metadata.occurredAt,
        },
      },
    ],
    ModelHistoryRead: ({ data }) => [
      patch(data.modelId, { history_read: { events: data.events, position: data.position } }),
    ],
    ModelTrained: ({ data, metadata, position }) => [
      patch(data.modelId, {
        ...{ status: 'trained', trained_at: metadata.occurredAt, trained_position: position, failure: null },
        ...{
          version: data.version as JsonObject,
          blob_key: data.blobKey,
          sha256: data.sha256,
          size_bytes: data.sizeBytes,
        },
        ...{ learnt: data.learnt, seconds: data.seconds, evaluation: data.evaluation },
        withheld: data.withheld,
      }),
    ],
    ModelTrainingAttemptFailed: ({ data: { modelId, code, message } }) => [
      patch(modelId, { failure: { code, message } }),
    ],
    ModelTrainingFailed: ({ data: { modelId, code, message } }) => [
      patch(modelId, { status: 'failed', failure: { code, message } }),
    ],
    ModelPromoted: ({ data, metadata, position }) => [
      patch(data.modelId, {
        ...{ promoted_position: position, promoted_at: metadata.occurredAt },
        ...{ promoted_because: data.reason, is_automatic: data.isAutomatic },
      }),
    ],
    ModelRetired: ({ data }) => [patch(data.modelId, { status: 'retired' })],
  },
};
