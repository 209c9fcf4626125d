import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When a piece of work was begun last: how long it will take follows from it. */
export class StartedSteps1763700000058 implements MigrationInterface {
  readonly name = 'StartedSteps1763700000058';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table jobs add column started_at timestamptz');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table jobs drop column started_at');
  }
}
