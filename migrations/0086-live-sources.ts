import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The view of live sources, and frames on their way to whoever looks at them. */
export class LiveSources1763700000086 implements MigrationInterface {
  readonly name = 'LiveSources1763700000086';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table live_sources (
        source_id text primary key,
        name text,
        kind text,
        every_seconds double precision,
        status text,
        code text,
        retry_at timestamptz,
        started_at timestamptz,
        last_seen_at timestamptz,
        ended_at timestamptz,
        end_reason text,
        labels jsonb not null default '[]',
        sightings jsonb not null default '[]',
        moderation jsonb not null default '[]',
        worst_score double precision,
        worst jsonb,
        models jsonb not null default '[]',
        frames_seen bigint not null default 0,
        dropped_by_publisher bigint not null default 0,
        dropped_by_queue bigint not null default 0,
        dropped_unseen bigint not null default 0
      )`);
    await runner.query('create index live_sources_latest on live_sources (started_at desc)');
    // Frames are worth nothing after a crash, and a log of their bytes would cost more than they do.
    await runner.query(`
      create unlogged table live_frames (
        place bigint generated always as identity primary key,
        source_id text not null,
        frame jsonb not null,
        jpeg bytea not null
      )`);
    await runner.query('create index live_frames_of_source on live_frames (source_id, place)');
    await runner.query(`
      create unlogged table live_frames_dropped (
        source_id text primary key,
        by_publisher bigint not null default 0,
        by_queue bigint not null default 0
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['live_frames_dropped', 'live_frames', 'live_sources'])
      await runner.query(`drop table ${table}`);
  }
}
