import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which item had these bytes first: where in the log they came, and a way to those with the same. */
export class Duplicates1763700000040 implements MigrationInterface {
  readonly name = 'Duplicates1763700000040';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table media_library add column uploaded_position text collate "C"');
    await runner.query(
      `create index media_library_same on media_library (sha256, uploaded_position) where status <> 'deleted'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table media_library drop column uploaded_position');
  }
}
