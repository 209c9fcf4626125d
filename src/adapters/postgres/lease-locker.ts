import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { messageOf } from '../../core/errors.js';
import type { Lock, Locker } from '../../core/locker.js';
import { type Logger, silentLogger } from '../../core/logger.js';
import { orUnavailable } from './connection/database-errors.js';
import { atOnce, soon } from './connection/patience.js';

export interface LeaseLocker extends Locker {
  /** Prolongs all that are held, and tells the holders of those that are lost; done by itself a few times a lease. */
  renew(): Promise<void>;
}

interface Held {
  readonly key: string;
  readonly lost: AbortController;
  /** On this process's own clock, which a pause of it moves on as well. */
  validUntil: number;
  /** Ends it then, whatever the database does: a connection that has fallen silent keeps who asks it waiting for longer. */
  end: NodeJS.Timeout | undefined;
}

/** Long enough for a database that is started anew, short enough for a client that comes back to another process. */
const LEASE_SECONDS = 15;

/**
 * Locks as rows with an end, in a database that all processes share: a process that is gone, cut off or paused for longer
 * than a lease has lost its own. Every statement is one transaction, so that a pool of connections may stand between.
 * `acquire` throws `upload_ledger_unavailable`.
 */
export function createLeaseLocker(options: {
  readonly pool: pg.Pool;
  readonly leaseSeconds?: number;
  readonly logger?: Logger;
}): LeaseLocker {
  const { pool, leaseSeconds = LEASE_SECONDS, logger = silentLogger } = options;
  const held = new Map<string, Held>();
  let timer: NodeJS.Timeout | undefined;

  const leaseEnd = () => performance.now() + leaseSeconds * 1000;

  function letGo(holder: string, lock: Held): void {
    held.delete(holder);
    clearTimeout(lock.end);
  }

  function lose(holder: string, lock: Held): void {
    letGo(holder, lock);
    lock.lost.abort(new Error(`The lock of ${lock.key} is lost`));
  }

  function holdUntil(holder: string, lock: Held, validUntil: number): void {
    lock.validUntil = validUntil;
    clearTimeout(lock.end);
    lock.end = setTimeout(() => lose(holder, lock), validUntil - performance.now()).unref();
  }

  async function prolong(): Promise<void> {
    const asked = new Map(held);
    const until = leaseEnd();
    const { rows } = await pool.query<{ holder: string }>({
      ...soon,
      // Of what processes that are gone have left, nobody else would ever let go.
      text: `with gone as (delete from locks where expires_at < clock_timestamp() - interval '1 hour')
             update locks set expires_at = clock_timestamp() + $2 * interval '1 second'
             where holder = any($1::uuid[]) and expires_at > clock_timestamp() returning holder`,
      values: [[...asked.keys()], leaseSeconds],
    });
    const prolonged = new Set(rows.map(({ holder }) => holder));
    for (const [holder, lock] of asked) {
      if (!held.has(holder)) continue;
      if (prolonged.has(holder)) holdUntil(holder, lock, until);
      else lose(holder, lock);
    }
  }

  async function renew(): Promise<void> {
    const now = performance.now();
    // Who was paused asks nobody: another may have it by now.
    for (const [holder, lock] of held) if (lock.validUntil <= now) lose(holder, lock);
    if (held.size === 0) return;
    await prolong().catch((error: unknown) =>
      logger.warn({ error: messageOf(error) }, 'locks of uploads could not be prolonged'),
    );
  }

  function keepRenewing(): void {
    if (timer || held.size === 0) return;
    timer = setTimeout(
      async () => {
        await renew();
        timer = undefined;
        keepRenewing();
      },
      (leaseSeconds * 1000) / 4,
    );
    timer.unref();
  }

  return {
    renew,

    async acquire(key): Promise<Lock | undefined> {
      const holder = randomUUID();
      const validUntil = leaseEnd();
      const { rowCount } = await pool
        .query({
          ...soon,
          text: `insert into locks as held (key, holder, expires_at)
                 values ($1, $2, clock_timestamp() + $3 * interval '1 second')
                 on conflict (key) do update set holder = excluded.holder, expires_at = excluded.expires_at
                 where held.expires_at <= clock_timestamp()`,
          values: [key, holder, leaseSeconds],
        })
        .catch(orUnavailable('upload_ledger_unavailable'));
      if (rowCount === 0) return undefined;
      const lock: Held = { key, lost: new AbortController(), validUntil, end: undefined };
      held.set(holder, lock);
      holdUntil(holder, lock, validUntil);
      keepRenewing();
      return {
        lost: lock.lost.signal,
        async release() {
          letGo(holder, lock);
          await pool
            .query({
              ...atOnce,
              text: 'delete from locks where key = $1 and holder = $2',
              values: [key, holder],
            })
            // It lapses by itself.
            .catch(() => {});
        },
      };
    },
  };
}
