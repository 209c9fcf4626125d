import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientBase, Pool } from 'pg';
import { type AppendDecision, decideAppends } from '../../../core/decide-appends.js';
import { unavailable } from '../../../core/errors.js';
import type { AppendResult } from '../../../core/event-store.js';
import { positionAt } from '../../../core/numbered-position.js';
import type { PreparedAppend } from '../../../core/prepare-append.js';
import { isUniqueViolation, toStoreError } from '../connection/database-errors.js';
import { withClient } from '../connection/with-client.js';
import { type BelievedLog, readExcerpt, type Written, writeAccepted } from './append-statements.js';
import type { Stretch } from './stretches.js';

/** What became of one append of a batch. */
export type AppendOutcome =
  | { readonly result: AppendResult; readonly isRepeat?: true }
  | { readonly error: Error };

export interface WrittenBatch {
  readonly outcomes: readonly AppendOutcome[];
  /** The stretch of the log this batch wrote; undefined when it wrote none. */
  readonly stretch: Stretch | undefined;
}

/** After so many lost races a batch takes the log's lock before it looks, so that it cannot lose again. */
const RACES_BEFORE_LOCKING = 3;
const MAXIMUM_RACES = 10;
const IDLE_IN_TRANSACTION_MILLISECONDS = 5_000;
/** A connection that has fallen silent is given up in time for another one to be tried. */
const ATTEMPT_MILLISECONDS = 5_000;

/** Undefined when the log was not as believed. */
type Attempt = (client: ClientBase, batch: readonly PreparedAppend[]) => Promise<WrittenBatch | undefined>;

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
  let attempt: Attempt = trustingWriters;
  let pause = 20;
  for (let races = 0; races < MAXIMUM_RACES; ) {
    try {
      const limit = Math.min(ATTEMPT_MILLISECONDS, giveUpAfterMilliseconds);
      const written = await withClient(pool, (client) => attempt(client, batch), limit);
      if (written) return written;
      races += 1;
    } catch (error) {
      if (isUniqueViolation(error)) {
        races += 1;
      } else {
        const told = toStoreError(error);
        // A full disk passes too, but not within seconds.
        if (told.kind !== 'unavailable' || performance.now() + pause > deadline) throw told;
        await sleep(pause);
        pause = Math.min(pause * 2, 1_000);
      }
    }
    attempt = races < RACES_BEFORE_LOCKING ? lookingFirst : lockingFirst;
  }
  throw unavailable('event_store_unavailable', 'Too many writers compete for the same streams');
}

/** Writers are mostly right about their streams, so the first attempt takes their word, and the write checks it. */
const trustingWriters: Attempt = async (client, batch) => {
  const log = believedLog(batch);
  const decisions = log && decideAppends(batch, log);
  if (!log || !decisions?.every(({ kind }) => kind === 'write')) return lookingFirst(client, batch);
  return write(client, batch, decisions, log);
};

const lookingFirst: Attempt = async (client, batch) => {
  const log = { ...(await readExcerpt(client, batch)), unread: new Set<string>() };
  return write(client, batch, decideAppends(batch, log), log);
};

const lockingFirst: Attempt = async (client, batch) => {
  // Here alone a pausing client would hold the log, so the server ends the transaction of one that does.
  await client.query(
    `begin isolation level read committed;
     set local idle_in_transaction_session_timeout = ${IDLE_IN_TRANSACTION_MILLISECONDS};
     select lock_event_log()`,
  );
  const written = await lookingFirst(client, batch);
  await client.query('commit');
  return written;
};

/**
 * The log as the writers believe it to be. Those who believe nothing of a stream (`any`) are right wherever it is;
 * undefined when somebody else's belief rests on that, or is only that there is a stream.
 */
function believedLog(batch: readonly PreparedAppend[]): BelievedLog | undefined {
  const revisions = new Map<string, number>();
  const unread = new Set<string>();
  for (const { stream, expectedRevision } of batch) {
    if (expectedRevision === 'stream-exists') return undefined;
    if (expectedRevision !== 'any' && unread.has(stream)) return undefined;
    if (revisions.has(stream)) continue;
    if (expectedRevision === 'any') unread.add(stream);
    revisions.set(stream, typeof expectedRevision === 'number' ? expectedRevision : -1);
  }
  return { revisions, unread, events: new Map() };
}

async function write(
  client: ClientBase,
  batch: readonly PreparedAppend[],
  decisions: readonly AppendDecision[],
  log: BelievedLog,
): Promise<WrittenBatch | undefined> {
  if (!decisions.some((decision) => decision.kind === 'write')) return settle(batch, decisions, undefined);
  const written = await writeAccepted(client, batch, decisions, log);
  return written && settle(batch, decisions, written);
}

function settle(
  batch: readonly PreparedAppend[],
  decisions: readonly AppendDecision[],
  written: Written | undefined,
): WrittenBatch {
  const head = written?.head ?? 0;
  let last = head;
  const types = new Set<string>();
  const outcomes = decisions.map((decision, index): AppendOutcome => {
    if (decision.kind === 'rejected') return { error: decision.error };
    if (decision.kind === 'repeated') {
      const place = 'place' in decision.at ? decision.at.place : head + decision.at.batchOffset + 1;
      return { result: { position: positionAt(place), revision: decision.revision }, isRepeat: true };
    }
    const { stream = '', events = [] } = batch[index] ?? {};
    for (const { type } of events) types.add(type);
    last = head + decision.batchOffset + events.length;
    const before = written?.eventsBefore.get(stream) ?? 0;
    const revision = before + decision.firstRevision + events.length - 1;
    return { result: { position: positionAt(last), revision } };
  });
  return { outcomes, stretch: last > head ? { after: head, last, types } : undefined };
}
