import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When viewers did what their activity shows, so that what is told late does not overwrite it. */
export class LateInteractions1763700000011 implements MigrationInterface {
  readonly name = 'LateInteractions1763700000011';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `alter table viewer_activity add column progress_at timestamptz, add column rating_at timestamptz`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table viewer_activity drop column progress_at, drop column rating_at`);
  }
}
