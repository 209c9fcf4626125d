import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A song is found by what the recording tells of itself, and not by the name of its file alone. */
export class SongsFound1763700000062 implements MigrationInterface {
  readonly name = 'SongsFound1763700000062';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `create function concat_song(jsonb) returns text language sql immutable parallel safe as
       $$ select coalesce($1->>'title', '') || ' ' || coalesce($1->>'artist', '') || ' ' ||
         coalesce($1->>'album', '') || ' ' || coalesce($1->>'albumArtist', '') $$`,
    );
    await searchBy(runner, `|| setweight(to_tsvector('simple', search_words(concat_song(song))), 'A')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await searchBy(runner, '');
    await runner.query('drop function concat_song(jsonb)');
  }
}

async function searchBy(runner: QueryRunner, more: string): Promise<void> {
  await runner.query('alter table media_library drop column search');
  await runner.query(`
    alter table media_library add column search tsvector generated always as (
      setweight(to_tsvector('simple', search_words(title)), 'A') ||
      setweight(to_tsvector('simple', search_words(tags::text)), 'B') ||
      setweight(to_tsvector('simple', search_words(detected_tags::text)), 'C') ||
      setweight(to_tsvector('simple', search_words(description)), 'D') ${more}
    ) stored`);
  await runner.query('create index media_library_search on media_library using gin (search)');
}
