import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tells rows of a view from those it had before it was rebuilt, at whatever position. */
export class RebuildsOfViews1763700000026 implements MigrationInterface {
  readonly name = 'RebuildsOfViews1763700000026';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table projection_checkpoints add column rebuilds integer not null default 0');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table projection_checkpoints drop column rebuilds');
  }
}
