import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What people wrote of an item and what was seen in it, without its lines: items like one are found by it. Writers of the view wait while it is made, readers do not. */
export class MediaAbout1763700000095 implements MigrationInterface {
  readonly name = 'MediaAbout1763700000095';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `create index media_search_about on media_search using gin (ts_filter(document, '{a,b,c}'))`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index media_search_about');
  }
}
