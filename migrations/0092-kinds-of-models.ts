import type { MigrationInterface, QueryRunner } from 'typeorm';

/** There are models of several kinds: what each has learnt of is counted under names of its own. */
export class KindsOfModels1763700000092 implements MigrationInterface {
  readonly name = 'KindsOfModels1763700000092';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table models add column learnt jsonb, add column withheld jsonb');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table models drop column learnt, drop column withheld');
  }
}
