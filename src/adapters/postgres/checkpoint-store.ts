import type pg from 'pg';
import type { CheckpointStore } from '../../core/checkpoint-store.js';
import { START } from '../../core/position.js';
import { tellingTrouble } from './connection/database-errors.js';

/**
 * Checkpoints in PostgreSQL. Every method is one statement, so none holds a transaction open while this process pauses. The
 * pool stays the caller's.
 */
export function createPostgresCheckpointStore(pool: pg.Pool): CheckpointStore {
  const database = tellingTrouble('checkpoint_store_unavailable', pool);

  return {
    async load(name) {
      const { rows } = await database.query<{ version: string; position: string }>(
        'select version, position from consumer_checkpoints where name = $1',
        [name],
      );
      const [{ version, position } = { version: 0, position: START }] = rows;
      return { name, version: Number(version), position };
    },

    async save({ name, version, position }) {
      const { rowCount } =
        version === 0
          ? await database.query(
              `insert into consumer_checkpoints (name, version, position) values ($1, 1, $2)
               on conflict (name) do nothing`,
              [name, position],
            )
          : await database.query(
              `update consumer_checkpoints set version = version + 1, position = $3, updated_at = now()
               where name = $1 and version = $2`,
              [name, version, position],
            );
      return rowCount === 1;
    },
  };
}
