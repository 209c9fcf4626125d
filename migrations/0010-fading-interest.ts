import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Interest by item and period of 16 days, and what keeps lists that everybody may ask for cheap. What there is by the hour
 * is taken over, to be served until the view has been filled anew.
 */
export class FadingInterest1763700000010 implements MigrationInterface {
  readonly name = 'FadingInterest1763700000010';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table trending_by_period (
        media_id text not null,
        period_start timestamptz not null,
        weight bigint not null default 0,
        primary key (media_id, period_start)
      )`);
    await runner.query(`
      insert into trending_by_period (media_id, period_start, weight)
      select media_id, period_start,
        sum(round(weight * 1024 * power(2, extract(epoch from hour - period_start)::float8 / 86400)))::bigint
      from (
        select *, to_timestamp(floor(extract(epoch from hour) / 1382400) * 1382400) as period_start
        from trending
      ) as placed
      group by media_id, period_start`);
    await runner.query(`drop table trending`);
    await runner.query(`alter table trending_by_period rename to trending`);
    await runner.query(`alter index trending_by_period_pkey rename to trending_pkey`);
    await runner.query(
      `create index trending_highest on trending (period_start, weight desc) where weight > 0`,
    );
    await runner.query(`create index media_library_by_tag on media_library using gin (tags, detected_tags)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop index media_library_by_tag`);
    await runner.query(`drop table trending`);
    await runner.query(`
      create table trending (
        media_id text not null,
        hour timestamptz not null,
        weight double precision not null default 0,
        primary key (media_id, hour)
      )`);
    await runner.query(`create index trending_by_hour on trending (hour)`);
  }
}
