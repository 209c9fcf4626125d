import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is known of transfers while they run, and for some days after. */
export class Uploads1763700000005 implements MigrationInterface {
  readonly name = 'Uploads1763700000005';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table uploads (
        id uuid primary key,
        kind text not null check (kind in ('whole', 'partial', 'final', 'direct')),
        state text not null check (state in ('open', 'completed', 'closing', 'closed')),
        length_bytes bigint,
        metadata text not null,
        parts uuid[] not null,
        declared_sha256 text,
        sha256 text,
        unchecked_from_bytes bigint,
        reason json,
        created_at timestamptz not null,
        expires_at timestamptz not null
      )`);
    // Few are under way at any time; those that have ended stay only to be told about.
    await runner.query(
      `create index uploads_unfinished on uploads (created_at) where state in ('open', 'closing')`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table uploads');
  }
}
