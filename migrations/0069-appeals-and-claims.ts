import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Appeals, opinions, decisions and claims of what is in the moderation queue. */
export class AppealsAndClaims1763700000069 implements MigrationInterface {
  readonly name = 'AppealsAndClaims1763700000069';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table moderation_queue
        add column decision jsonb, add column deciders jsonb not null default '[]',
        add column opinion jsonb, add column appeal jsonb,
        add column claimed_by text, add column claimed_until timestamptz`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table moderation_queue
        drop column decision, drop column deciders, drop column opinion, drop column appeal,
        drop column claimed_by, drop column claimed_until`);
  }
}
