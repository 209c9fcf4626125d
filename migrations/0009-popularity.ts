import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Popularity of an item, and the viewers of an item in an order that a part of them can be read by. */
export class Popularity1763700000009 implements MigrationInterface {
  readonly name = 'Popularity1763700000009';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table media_popularity (
        media_id text primary key,
        weight bigint not null default 0
      )`);
    await runner.query(
      `create index media_popularity_highest on media_popularity (weight desc) where weight > 0`,
    );
    await runner.query(`drop index viewer_activity_by_media`);
    await runner.query(
      `create index viewer_activity_by_media on viewer_activity (media_id, hashtext(user_id)) include (user_id)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop index viewer_activity_by_media`);
    await runner.query(`create index viewer_activity_by_media on viewer_activity (media_id)`);
    await runner.query(`drop table media_popularity`);
  }
}
