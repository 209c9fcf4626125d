import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { createExpiringMap } from '../../../core/expiring-map.js';
import type { PersonalKey, PersonalKeys } from '../../../core/personal-keys.js';
import { orUnavailable } from '../connection/database-errors.js';
import type { Listener } from '../connection/listener.js';
import { soon } from '../connection/patience.js';

interface KeyRow {
  readonly subject: string;
  /** Null when it is destroyed. */
  readonly key: Buffer | null;
}

const KEY_BYTES = 32;
const CHANNEL = 'personal_keys';
const CACHE = { capacity: 20_000, lifetimeMilliseconds: 30_000, nowMilliseconds: () => performance.now() };

/**
 * Not waited for on the disk: what is written under a key is, later in the same log of the database, which keeps the key
 * with it.
 */
const CREATE = `
  with made as (
    insert into personal_keys (subject, key) select * from unnest($1::text[], $2::bytea[])
    -- Changes nothing, but returns what another process has just put in.
    on conflict (subject) do update set subject = excluded.subject
    returning subject, key
  )
  select made.*, set_config('synchronous_commit', 'off', true) from made`;

/**
 * Personal keys in the table `personal_keys`, remembered for up to 30 s. A destroyed one is forgotten at once in every
 * process that hears of it, and with that time in one that cannot.
 */
export function createPostgresPersonalKeys(options: {
  readonly pool: Pool;
  /** Hears of destroyed keys. The adapter does not close it. */
  readonly listener: Listener;
}): PersonalKeys {
  const { pool, listener } = options;
  const known = createExpiringMap<string, PersonalKey>(CACHE);
  listener.listen(CHANNEL, known.delete, known.clear);

  const query = async (text: string, values: readonly unknown[]): Promise<KeyRow[]> => {
    const statement = { ...soon, text, values: [...values] };
    const { rows } = await pool.query<KeyRow>(statement).catch(orUnavailable('personal_keys_unavailable'));
    return rows;
  };

  /** Rows of those that are not remembered. */
  async function read(subjects: readonly string[]): Promise<readonly KeyRow[]> {
    const asked = subjects.filter((subject) => !known.get(subject));
    if (asked.length === 0) return [];
    return query('select subject, key from personal_keys where subject = any($1)', [asked]);
  }

  function keysOf(subjects: readonly string[], rows: readonly KeyRow[]): Map<string, PersonalKey> {
    const found = new Map<string, PersonalKey>();
    for (const subject of subjects) {
      const key = known.get(subject);
      if (key) found.set(subject, key);
    }
    for (const { subject, key } of rows) {
      if (!key) continue;
      known.set(subject, key);
      found.set(subject, key);
    }
    return found;
  }

  return {
    async forReading(subjects) {
      return keysOf(subjects, await read(subjects));
    },

    async forWriting(subjects) {
      const rows = await read(subjects);
      const there = new Set(rows.map(({ subject }) => subject));
      const missing = subjects.filter((subject) => !there.has(subject) && !known.get(subject));
      if (missing.length === 0) return keysOf(subjects, rows);
      const keys = missing.map(() => randomBytes(KEY_BYTES));
      return keysOf(subjects, [...rows, ...(await query(CREATE, [missing, keys]))]);
    },

    async destroy(subject) {
      await query(
        `insert into personal_keys (subject, key, destroyed_at) values ($1, null, now())
         on conflict (subject) do update set key = null, destroyed_at = now() where personal_keys.key is not null`,
        [subject],
      );
      known.delete(subject);
      await query('select pg_notify($1, $2)', [CHANNEL, subject]);
    },
  };
}
