import type { ClientBase } from 'pg';
import type { AppendDecision, LogExcerpt } from '../../../core/decide-appends.js';
import type { PreparedAppend, PreparedEvent } from '../../../core/prepare-append.js';

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

/**
 * Writes the accepted appends of a batch as one unit and gives the place of the log's last event before them.
 * Undefined, with nothing written, when a stream is not at the revision that `log` says.
 * Fails with a unique violation when an event id is in the log that `log` does not know.
 */
export async function writeAccepted(
  client: ClientBase,
  batch: readonly PreparedAppend[],
  decisions: readonly AppendDecision[],
  log: LogExcerpt,
): Promise<number | undefined> {
  const believed = new Map<string, number>();
  const streams: string[] = [];
  const revisions: number[] = [];
  const events: PreparedEvent[] = [];
  for (const [index, { stream, events: appended }] of batch.entries()) {
    const decision = decisions[index];
    if (decision?.kind !== 'write') continue;
    believed.set(stream, log.revisions.get(stream) ?? -1);
    for (const [offset, event] of appended.entries()) {
      streams.push(stream);
      revisions.push(decision.firstRevision + offset);
      events.push(event);
    }
  }
  const { rows } = await client.query<{ head: string | null }>({
    name: 'append_events',
    // A database whose default is `off` would lose what was acknowledged in a crash. Stronger ones than `on` stay.
    text: `select append_events($1, $2, $3, $4, $5, $6, $7, $8, $9) as head,
      case current_setting('synchronous_commit') when 'off' then set_config('synchronous_commit', 'on', true) end`,
    values: [
      [...believed.keys()],
      [...believed.values()],
      streams,
      revisions,
      events.map((event) => event.eventId),
      events.map((event) => event.type),
      events.map((event) => event.schemaVersion),
      events.map((event) => event.data),
      events.map((event) => event.metadata),
    ],
  });
  const head = rows[0]?.head;
  return head === null || head === undefined ? undefined : Number(head);
}
