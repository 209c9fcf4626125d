import type { MigrationInterface, QueryRunner } from 'typeorm';

const OF_VIEWERS = `('InteractionRecorded', 'RecommendationRequested', 'RecommendationGenerated',
  'RecommendationAttemptFailed', 'RecommendationFailed')`;

/** JSON with the random id of a viewer at this path, in place of the user id. */
const withViewer = (json: string, path: string): string =>
  `jsonb_set(${json}::jsonb, '{${path}}', to_jsonb(viewer_id::text))`;

/** Reasons of lists named items, which may be deleted. */
const withoutTitles = (items: string): string => `(
  select coalesce(jsonb_agg(
    case when item ->> 'reason' like 'Watched by people who liked %'
      then item || '{"reason": "Watched by people like you"}' else item end order by place), '[]')
  from jsonb_array_elements(${items}) with ordinality as listed (item, place))`;

/**
 * Viewers are random ids, and whom they stand for is in one table. Everything that earlier releases wrote under user ids
 * is put under these, history too: what it says and its order stay, and so do ids of events.
 */
export class Viewers1763700000023 implements MigrationInterface {
  readonly name = 'Viewers1763700000023';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table viewers (
        viewer_id uuid primary key,
        user_id text collate "C" not null unique,
        created_at timestamptz not null default now()
      ) with (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0)`);
    await runner.query(`
      insert into viewers (viewer_id, user_id)
      select gen_random_uuid(), user_id from (
        select data ->> 'userId' as user_id from events where type in ${OF_VIEWERS}
        union select user_id from viewer_activity
        union select user_id from recommendations
        union select user_id from recommendation_requests
      ) as users`);
    // The ids of an interaction's command derive from the user id, and hashes of requests are of it: whoever guesses it
    // could confirm that. Its event is known again by its own id.
    await runner.query(`
      update events set stream = 'viewer-' || viewer_id, data = ${withViewer('data', 'userId')}::json,
        metadata = (metadata::jsonb - 'requestHash'
          || jsonb_build_object('commandId', event_id, 'correlationId', event_id))::json
      from viewers where type = 'InteractionRecorded' and user_id = data ->> 'userId'`);
    await runner.query(`
      update events set data = ${withViewer('data', 'userId')}::json,
        metadata = (metadata::jsonb - 'requestHash')::json
      from viewers where type in ${OF_VIEWERS} and type <> 'InteractionRecorded' and user_id = data ->> 'userId'`);
    await runner.query(`
      update events set data = jsonb_set(data::jsonb, '{items}', ${withoutTitles(`data::jsonb -> 'items'`)})::json
      where type = 'RecommendationGenerated'`);

    for (const table of ['viewer_activity', 'recommendations', 'recommendation_requests'])
      await runner.query(
        `update ${table} set user_id = viewer_id::text from viewers where viewers.user_id = ${table}.user_id`,
      );
    for (const table of ['recommendations', 'recommendation_requests'])
      await runner.query(`update ${table} set items = ${withoutTitles('items')}`);
    await runner.query(`
      alter table recommendation_requests drop constraint recommendation_requests_pkey,
        add primary key (user_id, request_id)`);
    await runner.query(`create index recommendation_requests_by_id on recommendation_requests (request_id)`);

    await runner.query(`
      update saga_outbox set body = jsonb_set(${withViewer('body', 'run,payload,userId')}, '{run,key}', to_jsonb(viewer_id::text))::json
      from viewers where body -> 'run' ->> 'kind' = 'recommend' and user_id = body -> 'run' -> 'payload' ->> 'userId'`);
    await runner.query(`
      update saga_parked_inputs set trigger = (${withViewer('trigger', 'event,data,userId')} #- '{event,metadata,requestHash}')::json
      from viewers where saga = 'recommendation' and user_id = trigger -> 'event' -> 'data' ->> 'userId'`);
    await runner.query(`
      update dead_letters set key = viewer_id::text, payload = ${withViewer('payload', 'userId')}
      from viewers where kind = 'recommend' and user_id = payload ->> 'userId'`);
    const [{ queue }] = await runner.query(`select to_regclass('pgboss.job') as queue`);
    if (queue !== null)
      await runner.query(`
        update pgboss.job set singleton_key = viewer_id::text, data = ${withViewer('data', 'payload,userId')}
        from viewers where name = 'recommend' and user_id = data -> 'payload' ->> 'userId'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    // Whoever goes back finds viewers under their random ids.
    await runner.query(`drop index recommendation_requests_by_id`);
    await runner.query(`
      alter table recommendation_requests drop constraint recommendation_requests_pkey,
        add primary key (request_id)`);
    await runner.query('drop table viewers');
  }
}
