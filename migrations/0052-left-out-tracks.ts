import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tracks that turned out after the probe to be nothing that can be served. No item before this release has any. */
export class LeftOutTracks1763700000052 implements MigrationInterface {
  readonly name = 'LeftOutTracks1763700000052';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table media_metadata add column left_out jsonb`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table media_metadata drop column left_out`);
  }
}
