import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How far consumers of the log are that keep their work elsewhere. */
export class ConsumerCheckpoints1763700000020 implements MigrationInterface {
  readonly name = 'ConsumerCheckpoints1763700000020';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table consumer_checkpoints (
        name text collate "C" primary key,
        version bigint not null,
        position text collate "C" not null,
        updated_at timestamptz not null default now()
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table consumer_checkpoints`);
  }
}
