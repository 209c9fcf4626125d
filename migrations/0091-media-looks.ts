import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What items look like from afar, found by parts of it. */
export class MediaLooks1763700000091 implements MigrationInterface {
  readonly name = 'MediaLooks1763700000091';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table media_looks (
        media_id text not null,
        frame text not null,
        look text not null,
        bands integer[] not null,
        primary key (media_id, frame)
      )`);
    await runner.query('create index media_looks_bands on media_looks using gin (bands)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table media_looks');
  }
}
