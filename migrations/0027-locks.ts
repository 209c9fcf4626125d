import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who has what to itself, for how long: where uploads are taken by several processes. */
export class Locks1763700000027 implements MigrationInterface {
  readonly name = 'Locks1763700000027';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table locks (
        key text primary key,
        holder uuid not null,
        expires_at timestamptz not null
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table locks');
  }
}
