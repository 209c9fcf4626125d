import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Lists of recommendations by what they are of, and items by their kind. A list that was there is the viewer's own. */
export class TypesOfLists1763700000049 implements MigrationInterface {
  readonly name = 'TypesOfLists1763700000049';

  async up(runner: QueryRunner): Promise<void> {
    // Processes of the release before go on writing lists until the view is filled anew: the default is for them.
    await runner.query(`
      alter table recommendations
        add column list text not null default 'own', add column type text,
        drop constraint recommendations_pkey, add primary key (user_id, list)`);
    await runner.query('alter table recommendation_requests add column type text');
    await runner.query(
      `create index media_library_by_type on media_library (type, created_at desc, media_id desc)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index media_library_by_type');
    await runner.query('alter table recommendation_requests drop column type');
    await runner.query(`delete from recommendations where list <> 'own'`);
    await runner.query(`
      alter table recommendations
        drop constraint recommendations_pkey, drop column list, drop column type, add primary key (user_id)`);
  }
}
