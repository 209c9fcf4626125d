import type { KnownModel, ModelsReader, TrainedFacts, UsableModel } from '../../../core/readers/models.js';
import type { ReadDatabase } from './read-database.js';

interface ModelRow
  extends Pick<KnownModel, 'name' | 'status' | 'source' | 'reason' | 'failure'>,
    Pick<TrainedFacts, 'version' | 'sha256' | 'learnt' | 'seconds' | 'evaluation' | 'withheld'> {
  readonly model_id: string;
  readonly requested_at: Date;
  readonly history_read: KnownModel['historyRead'];
  readonly trained_at: Date | null;
  readonly blob_key: string;
  readonly size_bytes: number;
  readonly promoted_at: Date | null;
  readonly promoted_because: NonNullable<KnownModel['promoted']>['because'];
  readonly is_automatic: boolean;
  readonly is_current: boolean;
}

const USABLE = 'model_id as "modelId", blob_key as "blobKey", sha256';

/** Whoever was promoted last of those that can be loaded. */
const current = (name: string): string => `
  select * from models where name = ${name} and status = 'trained' and promoted_position is not null
  order by promoted_position desc limit 1`;

/** Releases before wrote these as columns. */
const LEARNT = `coalesce(learnt, jsonb_build_object(
    'viewers', viewers, 'items', items, 'interactions', interactions, 'doings', doings))`;

const KNOWN = `
  select model_id, name, status, source, reason, requested_at, history_read, failure, trained_at, version, blob_key, sha256,
    size_bytes::float8 as size_bytes, ${LEARNT} as learnt, seconds, evaluation, withheld, promoted_at, promoted_because, is_automatic,
    model_id = (select model_id from (${current('m.name')}) as one) is true as is_current
  from models m`;

export const createModelsReader = (database: ReadDatabase): ModelsReader => ({
  async current(name) {
    const [model] = await database.query<UsableModel>(`select ${USABLE} from (${current('$1')}) as one`, [
      name,
    ]);
    return model;
  },

  async beforeCurrent(name) {
    const [model] = await database.query<UsableModel>(
      `select ${USABLE} from models
           where name = $1 and status = 'trained' and promoted_position is not null
             and trained_position < (select trained_position from (${current('$1')}) as one)
           order by trained_position desc limit 1`,
      [name],
    );
    return model;
  },

  async newest(name, limit) {
    const rows = await database.query<ModelRow>(
      `${KNOWN} where name = $1 order by requested_at desc, model_id limit $2`,
      [name, limit],
    );
    return rows.map(toModel);
  },

  async find(modelId) {
    const [row] = await database.query<ModelRow>(`${KNOWN} where model_id = $1`, [modelId]);
    return row && toModel(row);
  },
});

const toModel = (row: ModelRow): KnownModel => ({
  modelId: row.model_id,
  ...{ name: row.name, status: row.status, source: row.source, reason: row.reason, failure: row.failure },
  requestedAt: row.requested_at.toISOString(),
  historyRead: row.history_read,
  trained: row.trained_at && {
    at: row.trained_at.toISOString(),
    ...{ version: row.version, blobKey: row.blob_key, sha256: row.sha256, sizeBytes: row.size_bytes },
    ...{ learnt: row.learnt, seconds: row.seconds, evaluation: row.evaluation, withheld: row.withheld },
  },
  promoted: row.promoted_at && {
    at: row.promoted_at.toISOString(),
    ...{ because: row.promoted_because, isAutomatic: row.is_automatic },
  },
  isCurrent: row.is_current,
});
