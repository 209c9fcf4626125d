import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a recording tells of itself, and how its sound was measured. No item before this release is sound alone. */
export class Sound1763700000035 implements MigrationInterface {
  readonly name = 'Sound1763700000035';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table media_library add column song jsonb;
      alter table media_metadata add column sound jsonb;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table media_library drop column song;
      alter table media_metadata drop column sound;
    `);
  }
}
