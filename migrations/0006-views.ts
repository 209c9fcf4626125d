import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The tables of the views. Keys are those of `src/projections/*`, columns what they write. */
export class Views1763700000006 implements MigrationInterface {
  readonly name = 'Views1763700000006';

  async up(runner: QueryRunner): Promise<void> {
    // Words as people see them: PostgreSQL's parser takes "clip.mp4" for a host and "a/b" for a path.
    await runner.query(`
      create function search_words(text) returns text language sql immutable parallel safe as
      $$ select regexp_replace($1, '[^[:alnum:]]+', ' ', 'g') $$`);
    await runner.query(`
      create table media_library (
        media_id text primary key,
        status text not null,
        type text,
        title text not null default '',
        description text not null default '',
        tags jsonb not null default '[]',
        detected_tags jsonb not null default '[]',
        filename text not null default '',
        content_type text,
        size_bytes bigint,
        sha256 text,
        blob_key text,
        duration_seconds double precision,
        width integer,
        height integer,
        poster_key text,
        storyboard jsonb,
        moderation jsonb,
        failure jsonb,
        created_at timestamptz not null,
        updated_at timestamptz not null,
        published_at timestamptz,
        search tsvector generated always as (
          setweight(to_tsvector('simple', search_words(title)), 'A') ||
          setweight(to_tsvector('simple', search_words(tags::text)), 'B') ||
          setweight(to_tsvector('simple', search_words(detected_tags::text)), 'C') ||
          setweight(to_tsvector('simple', search_words(description)), 'D')
        ) stored
      )`);
    await runner.query(`create index media_library_newest on media_library (created_at desc, media_id desc)`);
    await runner.query(
      `create index media_library_by_status on media_library (status, created_at desc, media_id desc)`,
    );
    await runner.query(`create index media_library_search on media_library using gin (search)`);
    await runner.query(`
      create table media_renditions (
        media_id text not null,
        name text not null,
        kind text not null,
        width integer,
        height integer,
        frame_rate double precision,
        average_bitrate_bps double precision not null,
        peak_bitrate_bps double precision not null,
        codecs text not null,
        segment_count integer not null,
        size_bytes bigint not null,
        duration_seconds double precision not null,
        blob_prefix text not null,
        primary key (media_id, name)
      )`);
    await runner.query(`
      create table media_metadata (
        media_id text primary key,
        probe jsonb,
        ladder jsonb,
        detected_tags jsonb,
        tag_model jsonb,
        moderation_model jsonb,
        moderation_frames jsonb
      )`);
    await runner.query(`
      create table media_history (
        media_id text not null,
        position text not null,
        event_id text not null,
        type text not null,
        occurred_at timestamptz not null,
        actor text not null,
        data jsonb not null,
        primary key (media_id, position)
      )`);
    await runner.query(`
      create table moderation_queue (
        media_id text primary key,
        title text not null default '',
        waiting boolean not null default false,
        rule text,
        explanation text,
        model jsonb,
        frames jsonb not null default '[]',
        since timestamptz not null
      )`);
    await runner.query(`create index moderation_queue_waiting on moderation_queue (since) where waiting`);
    await runner.query(`
      create table jobs (
        subject_id text not null,
        kind text not null,
        status text not null,
        job_id text,
        attempt integer not null default 0,
        fraction double precision,
        error jsonb,
        retry_at timestamptz,
        queued_at timestamptz not null,
        updated_at timestamptz not null,
        primary key (subject_id, kind)
      )`);
    await runner.query(`create index jobs_newest on jobs (updated_at desc)`);
    await runner.query(`
      create table recommendations (
        user_id text primary key,
        request_id text not null,
        ranking jsonb not null,
        items jsonb not null,
        generated_at timestamptz not null
      )`);
    await runner.query(`
      create table viewer_activity (
        user_id text not null,
        media_id text not null,
        plays integer not null default 0,
        completes integer not null default 0,
        likes integer not null default 0,
        dislikes integer not null default 0,
        progress double precision,
        rating double precision,
        last_at timestamptz,
        primary key (user_id, media_id)
      )`);
    await runner.query(`create index viewer_activity_by_media on viewer_activity (media_id)`);
    await runner.query(`
      create table trending (
        media_id text not null,
        hour timestamptz not null,
        weight double precision not null default 0,
        primary key (media_id, hour)
      )`);
    await runner.query(`create index trending_by_hour on trending (hour)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `drop table media_library, media_renditions, media_metadata, media_history, moderation_queue, jobs,
       recommendations, viewer_activity, trending`,
    );
    await runner.query(`drop function search_words(text)`);
  }
}
