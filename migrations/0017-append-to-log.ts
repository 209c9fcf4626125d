import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Appends that expect nothing of their streams need no question before them: the revisions are taken under the lock. And
 * what is written is told of by its types, so that readers of other types need not look. `append_events` stays for
 * processes of the release before.
 */
export class AppendToLog1763700000017 implements MigrationInterface {
  readonly name = 'AppendToLog1763700000017';

  async up(runner: QueryRunner): Promise<void> {
    // Expected revisions: null for whatever it is. Rows name their stream by text and by its number (from 1) in
    // `believed_streams`; where nothing was expected, their revisions count from 0 behind what is there, which is told
    // in `before` (0 for the others). A head of null: some belief was wrong, and nothing is written.
    await runner.query(`
      create function append_to_log(
        believed_streams text[], expected_revisions integer[],
        streams text[], stream_numbers integer[], revisions integer[], event_ids uuid[], types text[],
        schema_versions integer[], data text[], metadata text[], news text,
        out head bigint, out before integer[]
      ) language plpgsql
      -- Plans are kept, and may be made while the table is small enough for a scan to look cheap.
      set enable_seqscan = off as $$
      declare
        locked_at timestamptz;
        believed_rightly boolean;
        written integer;
      begin
        perform lock_event_log();
        -- New statements, so that they see what the lock's last holder committed.
        select array_agg(case when believed.expected is null then believed.last + 1 else 0 end order by believed.number),
               bool_and(coalesce(believed.expected = believed.last, true))
          into before, believed_rightly
          from (
            select wanted.number, wanted.expected, coalesce((
                select e.revision from events e where e.stream = wanted.stream collate "C"
                order by e.revision desc limit 1
              ), -1) as last
            from unnest(believed_streams, expected_revisions) with ordinality as wanted (stream, expected, number)
          ) as believed;
        if not believed_rightly then
          return;
        end if;
        select coalesce(max(position), 0), clock_timestamp() into head, locked_at from events;
        insert into events
          (position, stream, revision, event_id, type, schema_version, data, metadata, recorded_at)
        select head + row.place, row.stream, row.revision + before[row.stream_number], row.event_id, row.type,
               row.schema_version, row.data::json, row.metadata::json, locked_at
        from unnest(streams, stream_numbers, revisions, event_ids, types, schema_versions, data, metadata)
          with ordinality
          as row (stream, stream_number, revision, event_id, type, schema_version, data, metadata, place);
        get diagnostics written = row_count;
        if written <> cardinality(event_ids) then
          raise exception 'Wrote % of % events', written, cardinality(event_ids);
        end if;
        perform pg_notify('event_log', (head + written) || case news when '' then '' else ' ' || head || news end);
      end $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `drop function append_to_log(text[], integer[], text[], integer[], integer[], uuid[], text[], integer[], text[], text[], text)`,
    );
  }
}
