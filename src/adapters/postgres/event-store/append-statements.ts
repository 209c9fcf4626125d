import type { ClientBase } from 'pg';
import type { AppendDecision, LogExcerpt } from '../../../core/decide-appends.js';
import type { PreparedAppend } from '../../../core/prepare-append.js';

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
 * Fails with a unique violation when another process was faster.
 */
export async function writeAccepted(
  client: ClientBase,
  batch: readonly PreparedAppend[],
  decisions: readonly AppendDecision[],
): Promise<number> {
  const streams: string[] = [];
  const revisions: number[] = [];
  const eventIds: string[] = [];
  const types: string[] = [];
  const schemaVersions: number[] = [];
  const data: string[] = [];
  const metadata: string[] = [];
  for (const [index, append] of batch.entries()) {
    const decision = decisions[index];
    if (decision?.kind !== 'write') continue;
    for (const [offset, event] of append.events.entries()) {
      streams.push(append.stream);
      revisions.push(decision.firstRevision + offset);
      eventIds.push(event.eventId);
      types.push(event.type);
      schemaVersions.push(event.schemaVersion);
      data.push(event.data);
      metadata.push(event.metadata);
    }
  }
  const { rows } = await client.query<{ head: string }>({
    name: 'append_events',
    text: 'select append_events($1, $2, $3, $4, $5, $6, $7) as head',
    values: [streams, revisions, eventIds, types, schemaVersions, data, metadata],
  });
  return Number(rows[0]?.head);
}
