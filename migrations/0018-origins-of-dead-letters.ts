import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whose request a job that failed for good came of, and in which trace, for its replays. */
export class OriginsOfDeadLetters1763700000018 implements MigrationInterface {
  readonly name = 'OriginsOfDeadLetters1763700000018';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table dead_letters add column tenant_id text not null default 'default', add column traceparent text`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table dead_letters drop column tenant_id, drop column traceparent');
  }
}
