import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The log of events. Its head is the highest position itself, read under a lock, instead of a counter row: a
 * counter row that changes with every batch bloats as soon as one long transaction keeps old row versions alive.
 */
export class EventStore1763700000001 implements MigrationInterface {
  readonly name = 'EventStore1763700000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table events (
        position bigint primary key,
        stream text collate "C" not null,
        revision integer not null,
        event_id uuid not null,
        type text collate "C" not null,
        schema_version integer not null,
        data json not null,
        metadata json not null,
        recorded_at timestamptz not null,
        constraint events_stream_revision unique (stream, revision),
        constraint events_event_id unique (event_id)
      )`);
    await runner.query(`create index events_type_position on events (type, position)`);

    // The time limit makes a writer that waits behind a stuck one fail and try again, instead of piling up.
    await runner.query(`
      create function lock_event_log() returns void language sql set lock_timeout = '5s' as
      $$ select pg_advisory_xact_lock(hashtext('mediaflow:event-log')) $$`);

    // Checks what the writer believes of the streams, numbers the rows and writes them, all in one statement, so that
    // no pause of a client can hold the log. Null when the belief is wrong, and nothing is written then.
    await runner.query(`
      create function append_events(
        believed_streams text[], believed_revisions integer[],
        streams text[], revisions integer[], event_ids uuid[], types text[], schema_versions integer[],
        data text[], metadata text[]
      ) returns bigint language plpgsql
      -- Plans are kept, and may be made while the table is small enough for a scan to look cheap.
      set enable_seqscan = off as $$
      declare
        head bigint;
        locked_at timestamptz;
        written integer;
      begin
        perform lock_event_log();
        -- New statements, so that they see what the lock's last holder committed.
        if exists (
          select 1 from unnest(believed_streams, believed_revisions) as believed (stream, revision)
          where believed.revision <> coalesce((
            select e.revision from events e where e.stream = believed.stream collate "C"
            order by e.revision desc limit 1
          ), -1)
        ) then
          return null;
        end if;
        select coalesce(max(position), 0), clock_timestamp() into head, locked_at from events;
        insert into events
          (position, stream, revision, event_id, type, schema_version, data, metadata, recorded_at)
        select head + row.place, row.stream, row.revision, row.event_id, row.type, row.schema_version,
               row.data::json, row.metadata::json, locked_at
        from unnest(streams, revisions, event_ids, types, schema_versions, data, metadata) with ordinality
          as row (stream, revision, event_id, type, schema_version, data, metadata, place);
        get diagnostics written = row_count;
        if written <> cardinality(event_ids) then
          raise exception 'Wrote % of % events', written, cardinality(event_ids);
        end if;
        perform pg_notify('event_log', (head + written)::text);
        return head;
      end $$`);

    await runner.query(`
      create function read_log_excerpt(streams text[], event_ids uuid[])
      returns table (event_id uuid, stream text, revision integer, place bigint)
      language plpgsql stable
      set enable_seqscan = off as $$
      begin
        return query
        select null::uuid, wanted.stream, last.revision, null::bigint
        from unnest(streams) as wanted (stream)
        cross join lateral (
          select e.revision from events e where e.stream = wanted.stream collate "C"
          order by e.revision desc limit 1
        ) as last
        union all
        select e.event_id, e.stream, e.revision, e.position
        from unnest(event_ids) as wanted (event_id) join events e on e.event_id = wanted.event_id;
      end $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `drop function append_events(text[], integer[], text[], integer[], uuid[], text[], integer[], text[], text[])`,
    );
    await runner.query(`drop function read_log_excerpt(text[], uuid[])`);
    await runner.query(`drop function lock_event_log()`);
    await runner.query(`drop table events`);
  }
}
