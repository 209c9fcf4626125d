import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The tags and genres that may be suggested for items, as an operator has them. */
export class Taxonomy1763700000087 implements MigrationInterface {
  readonly name = 'Taxonomy1763700000087';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table taxonomy (
        name text primary key,
        version text not null,
        hash text not null,
        tags jsonb not null,
        genres jsonb not null,
        changed_at timestamptz not null
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table taxonomy');
  }
}
