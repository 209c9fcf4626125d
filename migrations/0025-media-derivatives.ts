import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Files made of an item to be served, one row each. What columns held of them comes along, so that it is served while
 * the view is filled anew. `poster_key` stays: processes of the release before read it until they are gone.
 */
export class MediaDerivatives1763700000025 implements MigrationInterface {
  readonly name = 'MediaDerivatives1763700000025';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table media_derivatives (
        media_id text not null,
        name text collate "C" not null,
        content_type text not null,
        size_bytes bigint,
        details jsonb not null,
        blob_key text not null,
        primary key (media_id, name)
      )`);
    await runner.query(`
      insert into media_derivatives (media_id, name, content_type, details, blob_key)
      select media_id, 'poster.jpg', 'image/jpeg', '{}'::jsonb, poster_key from media_library
      where poster_key is not null and status <> 'deleted'
      union all
      select media_id, 'preview.gif', 'image/gif', '{}'::jsonb, preview_gif_key from media_library
      where preview_gif_key is not null and status <> 'deleted'`);
    await runner.query('alter table media_library drop column preview_gif_key');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table media_library add column preview_gif_key text');
    await runner.query(`
      update media_library m set preview_gif_key = d.blob_key from media_derivatives d
      where d.media_id = m.media_id and d.name = 'preview.gif'`);
    await runner.query(`
      update media_library m set poster_key = d.blob_key from media_derivatives d
      where d.media_id = m.media_id and d.name = 'poster.jpg'`);
    await runner.query('drop table media_derivatives');
  }
}
