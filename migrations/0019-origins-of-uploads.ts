import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whose request created an upload, and in which trace: it may be completed after a restart. */
export class OriginsOfUploads1763700000019 implements MigrationInterface {
  readonly name = 'OriginsOfUploads1763700000019';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table uploads add column tenant_id text not null default 'default', add column traceparent text`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table uploads drop column tenant_id, drop column traceparent');
  }
}
