import type { Pool } from 'pg';
import type { Position } from '../../core/position.js';
import { START } from '../../core/position.js';
import { orUnavailable } from './connection/database-errors.js';
import { soon } from './connection/patience.js';

/** Whatever in this database goes on from a place in the log. */
const KEPT = `
  select position from projection_checkpoints
  union select position from projection_rebuilds
  union select checkpoint from sagas
  union select position from consumer_checkpoints`;

/** Positions up to which somebody has come, of the log that the database was filled from. */
export async function readKeptPositions(pool: Pool): Promise<readonly Position[]> {
  const { rows } = await pool
    .query<{ position: Position }>({ ...soon, text: KEPT })
    .catch(orUnavailable('database_unavailable'));
  return rows.flatMap(({ position }) => (position === START ? [] : [position]));
}
