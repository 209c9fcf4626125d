import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Cancellations of jobs that have been carried out: a repeat that comes late must not end what came after. */
export class JobCancellations1763700000014 implements MigrationInterface {
  readonly name = 'JobCancellations1763700000014';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table job_cancellations (
        id uuid primary key,
        requested_at timestamptz not null default now()
      )
    `);
    await runner.query('create index job_cancellations_oldest on job_cancellations (requested_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table job_cancellations');
  }
}
