import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The models that lists are made of. */
export class Models1763700000063 implements MigrationInterface {
  readonly name = 'Models1763700000063';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table models (
        model_id text primary key,
        name text not null,
        status text not null,
        source text not null,
        reason text not null,
        requested_at timestamptz not null,
        history_read jsonb,
        trained_at timestamptz,
        trained_position text collate "C",
        version jsonb,
        blob_key text,
        sha256 text,
        size_bytes bigint,
        viewers integer,
        items integer,
        interactions bigint,
        doings bigint,
        seconds double precision,
        evaluation jsonb,
        failure jsonb,
        promoted_position text collate "C",
        promoted_at timestamptz,
        promoted_because text,
        is_automatic boolean
      )`);
    await runner.query(`create index models_newest on models (name, requested_at desc)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table models`);
  }
}
