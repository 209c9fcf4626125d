import type { Row } from '../../../src/core/projection.js';
import type { KnownModel, ModelsReader, UsableModel } from '../../../src/core/readers/models.js';
import type { RowsOf } from './index.js';

const latestFirst = (column: string) => (a: Row, b: Row) => (String(a[column]) < String(b[column]) ? 1 : -1);

export function createModelsReader(rowsOf: RowsOf): ModelsReader {
  const inUse = (name: unknown) =>
    rowsOf('models')
      .filter((row) => row.name === name && row.status === 'trained' && row.promoted_position != null)
      .toSorted(latestFirst('promoted_position'));
  const usable = (row: Row | undefined): UsableModel | undefined =>
    row && {
      ...{ modelId: String(row.model_id), blobKey: String(row.blob_key), sha256: String(row.sha256) },
    };
  const toModel = (row: Row): KnownModel =>
    ({
      ...{ modelId: row.model_id, name: row.name, status: row.status, source: row.source },
      ...{ reason: row.reason, requestedAt: row.requested_at, failure: row.failure ?? null },
      historyRead: row.history_read ?? null,
      trained:
        row.trained_at == null
          ? null
          : {
              ...{ at: row.trained_at, version: row.version, blobKey: row.blob_key, sha256: row.sha256 },
              ...{ sizeBytes: row.size_bytes, learnt: row.learnt, seconds: row.seconds },
              ...{ evaluation: row.evaluation, withheld: row.withheld },
            },
      promoted:
        row.promoted_at == null
          ? null
          : { at: row.promoted_at, because: row.promoted_because, isAutomatic: row.is_automatic },
      isCurrent: inUse(row.name)[0]?.model_id === row.model_id,
    }) as unknown as KnownModel;

  return {
    async current(name) {
      return usable(inUse(name)[0]);
    },
    async beforeCurrent(name) {
      const [current, ...others] = inUse(name);
      return usable(
        others
          .filter((row) => String(row.trained_position) < String(current?.trained_position))
          .toSorted(latestFirst('trained_position'))[0],
      );
    },
    async newest(name, limit) {
      return rowsOf('models')
        .filter((row) => row.name === name)
        .toSorted(latestFirst('requested_at'))
        .slice(0, limit)
        .map(toModel);
    },
    async find(modelId) {
      const row = rowsOf('models').find((each) => each.model_id === modelId);
      return row && toModel(row);
    },
  };
}
