import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Jobs that failed for good, kept until somebody has read them. */
export class DeadLetters1763700000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table dead_letters (
        job_id uuid primary key,
        kind text not null,
        key text not null,
        payload jsonb not null,
        priority integer not null,
        correlation_id text not null,
        causation_id text not null,
        attempts integer not null,
        code text not null,
        message text not null,
        failed_at timestamptz not null,
        replayed_at timestamptz
      )
    `);
    await runner.query('create index dead_letters_newest on dead_letters (failed_at desc, job_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table dead_letters');
  }
}
