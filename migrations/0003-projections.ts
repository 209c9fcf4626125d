import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Checkpoints of the views, and where a rebuild stands. */
export class Projections1763700000003 implements MigrationInterface {
  readonly name = 'Projections1763700000003';

  async up(runner: QueryRunner): Promise<void> {
    // Positions compare byte by byte, whatever the database's language. Checkpoints are rewritten all the time:
    // room in the page lets PostgreSQL do that without touching the index.
    await runner.query(`
      create table projection_checkpoints (
        name text primary key,
        version integer not null,
        position text collate "C" not null,
        catching_up boolean not null default true,
        failure jsonb,
        updated_at timestamptz not null default now()
      ) with (fillfactor = 20);
      create table projection_rebuilds (
        name text primary key,
        version integer not null,
        tables text[] not null,
        position text collate "C" not null,
        head text collate "C" not null,
        events_applied bigint not null default 0,
        events_per_second double precision not null default 0,
        eta_seconds double precision,
        message text,
        started_at timestamptz not null default now(),
        updated_at timestamptz not null default now()
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table projection_rebuilds, projection_checkpoints');
  }
}
