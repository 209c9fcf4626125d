import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { createExpiringMap } from '../../../core/expiring-map.js';
import type { Viewers } from '../../../core/viewers.js';
import { orUnavailable } from '../connection/database-errors.js';
import { DURABLY } from '../connection/durably.js';
import type { Listener } from '../connection/listener.js';
import { soon } from '../connection/patience.js';

interface ViewerRow {
  readonly user_id: string;
  readonly viewer_id: string;
}

const CHANNEL = 'forgotten_viewers';
const CACHE = { capacity: 50_000, lifetimeMilliseconds: 30_000, nowMilliseconds: () => performance.now() };

/**
 * Waited for on the disk, though what comes later in the same log of the database would take it along: an append outlasts a
 * crash that does not keep this, and then its viewer would be nobody.
 */
const CREATE = `
  insert into viewers (user_id, viewer_id) select * from unnest($1::text[], $2::uuid[])
  -- Changes nothing, but returns whom another process has just put in.
  on conflict (user_id) do update set user_id = excluded.user_id
  returning user_id, viewer_id, ${DURABLY}`;

/**
 * Viewers in the table `viewers`, remembered for up to 30 s. One that is forgotten is so at once in every process that hears
 * of it, and with that time in one that cannot.
 */
export function createPostgresViewers(options: {
  readonly pool: Pool;
  /** Hears of viewers that are forgotten. The adapter does not close it. */
  readonly listener: Listener;
}): Viewers {
  const { pool, listener } = options;
  const byUser = createExpiringMap<string, string>(CACHE);
  const byViewer = createExpiringMap<string, string>(CACHE);

  let dropped = 0;
  function drop(viewerId: string): void {
    dropped++;
    const userId = byViewer.get(viewerId);
    byViewer.delete(viewerId);
    if (userId !== undefined) byUser.delete(userId);
  }
  function dropAll(): void {
    dropped++;
    byUser.clear();
    byViewer.clear();
  }
  listener.listen(CHANNEL, drop, dropAll);

  const ask = (text: string, values: readonly unknown[]) =>
    pool.query<ViewerRow>({ ...soon, text, values: [...values] }).catch(orUnavailable('viewers_unavailable'));

  async function query(text: string, values: readonly unknown[]): Promise<readonly ViewerRow[]> {
    const droppedBefore = dropped;
    const { rows } = await ask(text, values);
    // What came from before the news of a forgotten viewer may be that one.
    if (dropped !== droppedBefore) return rows;
    for (const { user_id, viewer_id } of rows) {
      // Both or neither: who hears of a viewer's end looks for its user here.
      byViewer.set(viewer_id, user_id);
      byUser.set(user_id, viewer_id);
    }
    return rows;
  }

  const byUserIds = (userIds: readonly string[]) =>
    query('select user_id, viewer_id from viewers where user_id = any($1)', [userIds]);

  async function findOrMake(userIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const rows = await byUserIds(userIds);
    const there = new Set(rows.map(({ user_id }) => user_id));
    // In one order, so that no two processes wait for each other.
    const missing = userIds.filter((userId) => !there.has(userId)).toSorted();
    const made = missing.length === 0 ? [] : await query(CREATE, [missing, missing.map(() => randomUUID())]);
    return new Map([...rows, ...made].map(({ user_id, viewer_id }) => [user_id, viewer_id]));
  }
  const findOrMakeTogether = together(findOrMake);

  return {
    async idsOf(userIds) {
      const found = new Map<string, string>();
      const unknown: string[] = [];
      for (const userId of userIds) {
        const viewerId = byUser.get(userId);
        if (viewerId === undefined) unknown.push(userId);
        else found.set(userId, viewerId);
      }
      if (unknown.length === 0) return found;
      const asked = await findOrMakeTogether(unknown);
      for (const userId of unknown) found.set(userId, asked.get(userId) as string);
      return found;
    },

    async find(userId) {
      return byUser.get(userId) ?? (await byUserIds([userId]))[0]?.viewer_id;
    },

    async userIdsOf(viewerIds) {
      const found = new Map<string, string>();
      const unknown = viewerIds.filter((viewerId) => {
        const userId = byViewer.get(viewerId);
        if (userId !== undefined) found.set(viewerId, userId);
        return userId === undefined;
      });
      if (unknown.length === 0) return found;
      // As text: what a log holds in place of a viewer's id may be none.
      const rows = await query(
        'select user_id, viewer_id from viewers where viewer_id = any (select id::uuid from unnest($1::text[]) as id where id ~ $2)',
        [unknown, UUID],
      );
      for (const { user_id, viewer_id } of rows) found.set(viewer_id, user_id);
      return found;
    },

    async forget(viewerId) {
      await ask(`delete from viewers where viewer_id = $1 returning ${DURABLY}`, [viewerId]);
      drop(viewerId);
      await ask('select pg_notify($1, $2)', [CHANNEL, viewerId]);
    },
  };
}

const UUID = '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$';

/** What is asked while one question is under way goes together in the next. */
function together(ask: (userIds: readonly string[]) => Promise<ReadonlyMap<string, string>>): typeof ask {
  let next: { readonly userIds: Set<string>; readonly answer: ReturnType<typeof ask> } | undefined;
  let last: Promise<unknown> = Promise.resolve();
  return (userIds) => {
    if (!next) {
      const asked = new Set<string>();
      const answer = last.then(() => {
        next = undefined;
        return ask([...asked]);
      });
      last = answer.catch(() => {});
      next = { userIds: asked, answer };
    }
    for (const userId of userIds) next.userIds.add(userId);
    return next.answer;
  };
}
