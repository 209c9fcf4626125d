import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { createExpiringMap } from '../../../core/expiring-map.js';
import type { PersonalKey, PersonalKeys } from '../../../core/personal-keys.js';
import { orUnavailable } from '../connection/database-errors.js';
import { DURABLY } from '../connection/durably.js';
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
 * Waited for on the disk, though what comes later in the same log of the database would take it along: an append outlasts a
 * crash that does not keep this, and then nobody could read what it wrote.
 */
const CREATE = `
  insert into personal_keys (subject, key) select * from unnest($1::text[], $2::bytea[])
  -- Changes nothing, but returns what another process has just put in.
  on conflict (subject) do update set subject = excluded.subject
  returning subject, key, ${DURABLY}`;

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
  let forgotten = 0;
  function forget(subject: string): void {
    known.delete(subject);
    forgotten++;
  }
  function forgetAll(): void {
    known.clear();
    forgotten++;
  }
  listener.listen(CHANNEL, forget, forgetAll);

  async function query(text: string, values: readonly unknown[]): Promise<readonly KeyRow[]> {
    const forgottenBefore = forgotten;
    const statement = { ...soon, text, values: [...values] };
    const { rows } = await pool.query<KeyRow>(statement).catch(orUnavailable('personal_keys_unavailable'));
    // What came from before the news of a destroyed key may be that key.
    if (forgotten === forgottenBefore) for (const { subject, key } of rows) if (key) known.set(subject, key);
    return rows;
  }

  interface Found {
    readonly keys: Map<string, PersonalKey>;
    /** Of which there is no row; those whose key is destroyed have one. */
    readonly missing: readonly string[];
  }

  /** What is remembered is taken at once: by the time the others are there, it may be forgotten, and would pass for erased. */
  async function find(subjects: readonly string[]): Promise<Found> {
    const keys = new Map<string, PersonalKey>();
    const asked: string[] = [];
    for (const subject of subjects) {
      const key = known.get(subject);
      if (key) keys.set(subject, key);
      else asked.push(subject);
    }
    if (asked.length === 0) return { keys, missing: [] };
    const rows = await query('select subject, key from personal_keys where subject = any($1)', [asked]);
    take(rows, keys);
    const there = new Set(rows.map(({ subject }) => subject));
    return { keys, missing: asked.filter((subject) => !there.has(subject)) };
  }

  function take(rows: readonly KeyRow[], keys: Map<string, PersonalKey>): void {
    for (const { subject, key } of rows) if (key) keys.set(subject, key);
  }

  return {
    async forReading(subjects) {
      return (await find(subjects)).keys;
    },

    async forWriting(subjects) {
      const { keys, missing } = await find(subjects);
      if (missing.length > 0)
        take(await query(CREATE, [missing, missing.map(() => randomBytes(KEY_BYTES))]), keys);
      return keys;
    },

    async destroy(subject) {
      await query(
        `insert into personal_keys (subject, key, destroyed_at) values ($1, null, now())
         on conflict (subject) do update set key = null, destroyed_at = now() where personal_keys.key is not null
         returning subject, key, ${DURABLY}`,
        [subject],
      );
      forget(subject);
      await query('select pg_notify($1, $2)', [CHANNEL, subject]);
    },
  };
}
