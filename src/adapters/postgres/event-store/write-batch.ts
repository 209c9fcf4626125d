import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientBase, Pool } from 'pg';
import { type AppendDecision, decideAppends } from '../../../core/decide-appends.js';
import { unavailable } from '../../../core/errors.js';
import type { AppendResult } from '../../../core/event-store.js';
import { positionAt } from '../../../core/numbered-position.js';
import type { PreparedAppend } from '../../../core/prepare-append.js';
import { readExcerpt, writeAccepted } from './append-statements.js';
import { isPassing, isUniqueViolation, toStoreError } from './database-errors.js';

/** What became of one append of a batch. */
export type AppendOutcome = { readonly result: AppendResult } | { readonly error: Error };

export interface WrittenBatch {
  readonly outcomes: readonly AppendOutcome[];
  /** Place of the last event this batch wrote; undefined when it wrote none. */
  readonly lastPlace: number | undefined;
}

/** After so many lost races a batch takes the log's lock before it looks, so that it cannot lose again. */
const RACES_BEFORE_LOCKING = 3;
const MAXIMUM_RACES = 10;
const IDLE_IN_TRANSACTION_MILLISECONDS = 5_000;

/**
 * Decides and writes a batch, again and again while the database is away, up to `giveUpAfterMilliseconds`.
 * A lost connection leaves open whether the batch was written; trying again finds out, since what was written
 * is then recognised by its event ids.
 */
export async function writeBatch(
  pool: Pool,
  batch: readonly PreparedAppend[],
  giveUpAfterMilliseconds: number,
): Promise<WrittenBatch> {
  const deadline = performance.now() + giveUpAfterMilliseconds;
  let races = 0;
  for (let pause = 20; ; ) {
    try {
      return await withClient(pool, races < RACES_BEFORE_LOCKING ? attempt(batch) : attemptLocked(batch));
    } catch (error) {
      if (isUniqueViolation(error)) {
        races += 1;
        if (races < MAXIMUM_RACES) continue;
        throw unavailable(
          'event_store_unavailable',
          'Too many writers compete for the same streams',
          {},
          error,
        );
      }
      if (!isPassing(error) || performance.now() + pause > deadline) throw toStoreError(error);
      await sleep(pause);
      pause = Math.min(pause * 2, 1_000);
    }
  }
}

const attempt = (batch: readonly PreparedAppend[]) => async (client: ClientBase) => {
  const decisions = decideAppends(batch, await readExcerpt(client, batch));
  if (!decisions.some((decision) => decision.kind === 'write')) return settle(batch, decisions, 0);
  return settle(batch, decisions, await writeAccepted(client, batch, decisions));
};

const attemptLocked = (batch: readonly PreparedAppend[]) => async (client: ClientBase) => {
  // Here alone a pausing client would hold the log, so the server ends the transaction of one that does.
  await client.query(
    `begin isolation level read committed; set local idle_in_transaction_session_timeout = ${IDLE_IN_TRANSACTION_MILLISECONDS}`,
  );
  await client.query('select lock_event_log()');
  const written = await attempt(batch)(client);
  await client.query('commit');
  return written;
};

function settle(
  batch: readonly PreparedAppend[],
  decisions: readonly AppendDecision[],
  head: number,
): WrittenBatch {
  let lastPlace: number | undefined;
  const outcomes = decisions.map((decision, index): AppendOutcome => {
    if (decision.kind === 'rejected') return { error: decision.error };
    if (decision.kind === 'repeated') {
      const place = 'place' in decision.at ? decision.at.place : head + decision.at.batchOffset + 1;
      return { result: { position: positionAt(place), revision: decision.revision } };
    }
    const count = batch[index]?.events.length ?? 0;
    lastPlace = head + decision.batchOffset + count;
    return { result: { position: positionAt(lastPlace), revision: decision.firstRevision + count - 1 } };
  });
  return { outcomes, lastPlace };
}

async function withClient<T>(pool: Pool, work: (client: ClientBase) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    const result = await work(client);
    client.release();
    return result;
  } catch (error) {
    // A failed statement may have left a transaction or a broken connection behind.
    client.release(error instanceof Error ? error : true);
    throw error;
  }
}
