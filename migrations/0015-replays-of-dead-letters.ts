import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A job that fails for good again after its replay is still the one dead letter. */
export class ReplaysOfDeadLetters1763700000015 implements MigrationInterface {
  readonly name = 'ReplaysOfDeadLetters1763700000015';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table dead_letters add column replays integer not null default 0');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table dead_letters drop column replays');
  }
}
