import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a model trained on reviewers' decisions says of an item that waits for one. */
export class HeadsInTheQueue1763700000093 implements MigrationInterface {
  readonly name = 'HeadsInTheQueue1763700000093';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table moderation_queue add column head jsonb');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table moderation_queue drop column head');
  }
}
