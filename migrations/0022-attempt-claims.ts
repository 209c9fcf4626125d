import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which delivery of an attempt works on it, for queues that may deliver one twice. */
export class AttemptClaims1763700000022 implements MigrationInterface {
  readonly name = 'AttemptClaims1763700000022';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table attempt_claims (
        job_id uuid not null,
        attempt integer not null,
        delivery_id uuid not null,
        claimed_at timestamptz not null default now(),
        primary key (job_id, attempt)
      )`);
    await runner.query(`create index attempt_claims_by_age on attempt_claims (claimed_at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table attempt_claims`);
  }
}
