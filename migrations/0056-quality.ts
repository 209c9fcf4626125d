import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How much of the original each rung shows, and which rungs were left out. Nobody told of either before this release. */
export class Quality1763700000056 implements MigrationInterface {
  readonly name = 'Quality1763700000056';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'alter table media_metadata add column quality jsonb, add column left_out_rungs jsonb',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table media_metadata drop column quality, drop column left_out_rungs');
  }
}
