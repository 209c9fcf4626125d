import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is searched of an item, with the words of its language, and the passages that hits are shown by. */
export class MediaSearch1763700000077 implements MigrationInterface {
  readonly name = 'MediaSearch1763700000077';

  async up(runner: QueryRunner): Promise<void> {
    await createFunctions(runner);
    await createTables(runner);
    await createTypoTolerance(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table media_passages, media_search');
    await runner.query('drop function search_similar(text, integer)');
    await runner.query(
      'drop function search_document(text, text, text, text, text, jsonb, jsonb, jsonb, jsonb)',
    );
    await runner.query('drop function search_names(text, jsonb, jsonb, jsonb)');
    await runner.query('drop function search_alternatives(text, text[])');
    await runner.query('drop function search_lexemes(text, text)');
    await runner.query('drop function search_letters(text)');
    await runner.query('drop function search_fold(text)');
  }
}

async function createFunctions(runner: QueryRunner): Promise<void> {
  // Words are found whether or not their accents are typed. Of other scripts marks are letters of their own.
  await runner.query(`
    create function search_fold(text) returns text language sql immutable parallel safe as
    $$ select normalize(regexp_replace(normalize(lower($1), NFD), '([a-z])[\\u0300-\\u036f]+', '\\1', 'g'), NFC) $$`);
  // A text as it is searched, character by character.
  await runner.query(`
    create function search_letters(text) returns text language sql immutable parallel safe as
    $$ select regexp_replace(search_fold($1), '[^[:alnum:]]', ' ', 'g') $$`);
  // As they are written, and by their stems in a language.
  await runner.query(`
    create function search_lexemes(configuration text, said text) returns tsvector
    language sql immutable parallel safe as $$
      select to_tsvector('simple', search_words(search_fold(said)))
        || to_tsvector(configuration::regconfig, search_words(search_fold(said))) $$`);
  await runner.query(`
    create function search_alternatives(term text, configurations text[]) returns text
    language sql stable parallel safe as $$
      select string_agg(distinct query::text, ' | ') from (
        select phraseto_tsquery('simple', search_words(search_fold(term))) as query
        union all
        select phraseto_tsquery(configuration::regconfig, search_words(search_fold(term)))
        from unnest(configurations) as configuration
      ) as queries where numnode(query) > 0 $$`);
  await runner.query(`
    create function search_names(title text, tags jsonb, detected_tags jsonb, song jsonb) returns text
    language sql immutable parallel safe as $$
      select search_words(search_fold(title || ' ' || tags::text || ' ' || detected_tags::text || ' ' || concat_song(song))) $$`);
  // Texts that nobody has seen before may be more than an index takes: what is too much of them is left out, and the rest is found.
  await runner.query(`
    create function search_document(
      title text, title_configuration text, description text, description_configuration text,
      spoken_configuration text, tags jsonb, detected_tags jsonb, song jsonb, texts jsonb
    ) returns tsvector language plpgsql immutable parallel safe as $$
    declare
      document tsvector;
      configuration text := coalesce(title_configuration, description_configuration, spoken_configuration,
        case when title ~ '^[ -~]*$' then 'english' else 'simple' end);
      piece jsonb;
    begin
      document := setweight(search_lexemes(configuration, title), 'A')
        || setweight(search_lexemes('simple', concat_song(song)), 'A')
        || setweight(search_lexemes(configuration, tags::text), 'B')
        || setweight(search_lexemes('english', detected_tags::text), 'C');
      begin
        document := document
          || setweight(search_lexemes(coalesce(description_configuration, configuration), description), 'C');
        for piece in select value from jsonb_array_elements(texts) loop
          document := document
            || setweight(search_lexemes(piece->>'configuration', piece->>'text'), 'D');
        end loop;
      exception when program_limit_exceeded then
        return document;
      end;
      return document;
    end $$`);
}

async function createTables(runner: QueryRunner): Promise<void> {
  await runner.query(`
    create table media_search (
      media_id text primary key,
      title text not null default '',
      title_configuration text,
      description text not null default '',
      description_configuration text,
      tags jsonb not null default '[]',
      detected_tags jsonb not null default '[]',
      song jsonb,
      language text,
      configuration text,
      subtitles jsonb not null default '[]',
      speech jsonb not null default '[]',
      picture jsonb not null default '[]',
      subtitles_languages jsonb not null default '[]',
      speech_languages jsonb not null default '[]',
      picture_languages jsonb not null default '[]',
      names text generated always as (search_names(title, tags, detected_tags, song)) stored,
      document tsvector generated always as (search_document(
        title, title_configuration, description, description_configuration, configuration, tags, detected_tags,
        song, subtitles || speech || picture
      )) stored
    )`);
  await runner.query('create index media_search_document on media_search using gin (document)');
  await runner.query(`
    create table media_passages (
      media_id text not null,
      origin text not null,
      passage text not null,
      configuration text not null,
      language text,
      stream_index integer,
      times jsonb not null,
      said text not null,
      document tsvector generated always as (search_lexemes(configuration, said)) stored,
      primary key (media_id, origin, passage)
    )`);
}

/** With pg_trgm, which a database server may lack or keep for its administrator; without, words are found as they are typed alone. */
async function createTypoTolerance(runner: QueryRunner): Promise<void> {
  await runner.query(`
    do $$
    begin
      create extension if not exists pg_trgm;
    exception when others then
      raise notice 'No pg_trgm: %', sqlerrm;
    end $$`);
  const [{ there }] = await runner.query(
    `select exists (select from pg_extension where extname = 'pg_trgm') as there`,
  );
  if (!there) {
    await runner.query(`
      create function search_similar(term text, most integer) returns table (word text)
      language sql stable parallel safe as $$ select ''::text where false $$`);
    return;
  }
  await runner.query('create index media_search_names on media_search using gin (names gin_trgm_ops)');
  await runner.query(`
    create function search_similar(term text, most integer) returns table (word text)
    language sql stable set pg_trgm.word_similarity_threshold = 0.3 as $$
      select similar_word from (
        select regexp_split_to_table(names, ' ') as similar_word
        from (
          select s.names from media_search s join media_library m using (media_id)
          where m.status = 'published' and term <% s.names limit 1000
        ) as near
      ) as words
      where similar_word <> '' group by similar_word order by similarity(similar_word, term) desc, similar_word limit most $$`);
}
