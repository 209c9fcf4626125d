import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A replayed job keeps out of the way of short ones as it did the first time. */
export class LongDeadLetters1763700000007 implements MigrationInterface {
  readonly name = 'LongDeadLetters1763700000007';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table dead_letters add column long boolean not null default false');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table dead_letters drop column long');
  }
}
