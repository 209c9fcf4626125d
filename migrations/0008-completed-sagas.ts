import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When a saga instance completed, so that its tombstone does not lie there for ever. */
export class CompletedSagas1763700000008 implements MigrationInterface {
  readonly name = 'CompletedSagas1763700000008';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table saga_instances add column completed_at timestamptz');
    await runner.query('update saga_instances set completed_at = now() where state is null');
    await runner.query(
      `create index saga_instances_completed on saga_instances (completed_at) where completed_at is not null`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table saga_instances drop column completed_at');
  }
}
