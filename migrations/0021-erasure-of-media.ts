import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Keys that personal data is encrypted under, and a place of its own for what is personal in histories of items. What
 * earlier releases left readable of items that are deleted is overwritten.
 */
export class ErasureOfMedia1763700000021 implements MigrationInterface {
  readonly name = 'ErasureOfMedia1763700000021';

  async up(runner: QueryRunner): Promise<void> {
    // Vacuumed soon after a key was destroyed: until then its bytes are in the file.
    await runner.query(`
      create table personal_keys (
        subject text collate "C" primary key,
        key bytea,
        created_at timestamptz not null default now(),
        destroyed_at timestamptz,
        check ((key is null) = (destroyed_at is not null))
      ) with (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0)`);
    await runner.query(`
      create table media_history_personal (
        media_id text not null,
        position text not null,
        personal jsonb not null,
        primary key (media_id, position)
      )`);
    await runner.query(`
      with deleted as (select stream from events where type = 'MediaDeleted')
      insert into personal_keys (subject, destroyed_at) select distinct stream, now() from deleted`);
    await runner.query(`
      update events set
        data = (case type
          when 'MediaRegistered' then data::jsonb || '{"filename": "", "title": "", "description": "", "tags": []}'
          when 'MediaDetailsChanged' then data::jsonb
            || case when data::jsonb ? 'title' then '{"title": ""}' else '{}' end::jsonb
            || case when data::jsonb ? 'description' then '{"description": ""}' else '{}' end::jsonb
            || case when data::jsonb ? 'tags' then '{"tags": []}' else '{}' end::jsonb
          when 'MediaProbed' then jsonb_set(data::jsonb, '{probe,tags}', '{}')
          else data::jsonb || '{"reason": ""}'
        end)::json,
        metadata = (metadata::jsonb - 'requestHash' || '{"erased": true}')::json
      from personal_keys
      where type in ('MediaRegistered', 'MediaDetailsChanged', 'MediaProbed', 'MediaReviewed', 'MediaRejected')
        and subject = stream`);
    await runner.query(`
      update uploads set metadata = '' from personal_keys where subject in ('media-' || id, 'media-' || joined_into)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table media_history_personal');
    await runner.query('drop table personal_keys');
  }
}
