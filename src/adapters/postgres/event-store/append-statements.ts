import type { ClientBase } from 'pg';
import type { AppendDecision, LogExcerpt } from '../../../core/decide-appends.js';
import type { PreparedAppend, PreparedEvent } from '../../../core/prepare-append.js';
import { DURABLY } from '../connection/durably.js';
import { textArray } from '../connection/text-array.js';
import { newsOf } from './log-news.js';

interface ExcerptRow {
  readonly event_id: string | null;
  readonly stream: string;
  readonly revision: number;
  readonly place: string | null;
}

/** What the log holds of the batch's streams and event ids, in one snapshot. */
export async function readExcerpt(client: ClientBase, batch: readonly PreparedAppend[]): Promise<LogExcerpt> {
  const streams = [...new Set(batch.map((append) => append.stream))];
  const eventIds = [...new Set(batch.flatMap((append) => append.eventIds))];
  const { rows } = await client.query<ExcerptRow>({
    name: 'read_log_excerpt',
    text: 'select event_id, stream, revision, place from read_log_excerpt($1, $2)',
    values: [streams, eventIds],
  });
  const revisions = new Map<string, number>();
  const events = new Map<string, { stream: string; revision: number; place: number }>();
  for (const { event_id, stream, revision, place } of rows) {
    if (event_id === null) revisions.set(stream, revision);
    else events.set(event_id, { stream, revision, place: Number(place) });
  }
  return { revisions, events };
}

/** What the writers of a batch believe of the log, or what was read of it. */
export interface BelievedLog extends LogExcerpt {
  /** Streams of which nothing is believed: their revisions count from here, and the write says where that is. */
  readonly unread: ReadonlySet<string>;
}

export interface Written {
  /** Place of the log's last event before the batch. */
  readonly head: number;
  /** How many events each stream of `unread` had before. */
  readonly eventsBefore: ReadonlyMap<string, number>;
}

/**
 * Writes the accepted appends of a batch as one unit. Undefined, with nothing written, when a stream is not at the
 * revision that `log` says. Fails with a unique violation when an event id is in the log that `log` does not know.
 */
export async function writeAccepted(
  client: ClientBase,
  batch: readonly PreparedAppend[],
  decisions: readonly AppendDecision[],
  log: BelievedLog,
): Promise<Written | undefined> {
  const numbers = new Map<string, number>();
  const rows: { number: number; revision: number; stream: string; event: PreparedEvent }[] = [];
  for (const [index, { stream, events: appended }] of batch.entries()) {
    const decision = decisions[index];
    if (decision?.kind !== 'write') continue;
    const number = numbers.get(stream) ?? numbers.size + 1;
    numbers.set(stream, number);
    for (const [offset, event] of appended.entries())
      rows.push({ number, revision: decision.firstRevision + offset, stream, event });
  }
  const streams = [...numbers.keys()];
  const { rows: answers } = await client.query<{ head: string | null; before: number[] }>({
    name: 'append_to_log',
    text: `select head, before, ${DURABLY}
      from append_to_log($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    values: [
      streams,
      streams.map((stream) => (log.unread.has(stream) ? null : (log.revisions.get(stream) ?? -1))),
      rows.map(({ stream }) => stream),
      rows.map(({ number }) => number),
      rows.map(({ revision }) => revision),
      rows.map(({ event }) => event.eventId),
      rows.map(({ event }) => event.type),
      rows.map(({ event }) => event.schemaVersion),
      textArray(rows.map(({ event }) => event.data)),
      textArray(rows.map(({ event }) => event.metadata)),
      newsOf(rows.map(({ event }) => event.type)),
    ],
  });
  const answer = answers[0];
  if (!answer || answer.head === null) return undefined;
  return {
    head: Number(answer.head),
    eventsBefore: new Map(streams.map((stream, index) => [stream, answer.before[index] ?? 0])),
  };
}
