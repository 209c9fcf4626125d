import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where the animated preview of an item lies. */
export class PreviewGifs1763700000024 implements MigrationInterface {
  readonly name = 'PreviewGifs1763700000024';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table media_library add column preview_gif_key text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table media_library drop column preview_gif_key');
  }
}
