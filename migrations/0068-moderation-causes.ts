import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which frames led to a decision, and which policy made it: reviewers are shown both. */
export class ModerationCauses1763700000068 implements MigrationInterface {
  readonly name = 'ModerationCauses1763700000068';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `alter table moderation_queue add column causes jsonb not null default '[]', add column policy jsonb`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table moderation_queue drop column causes, drop column policy');
  }
}
