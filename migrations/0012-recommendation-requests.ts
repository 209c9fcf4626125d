import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What has become of a request for recommendations. */
export class RecommendationRequests1763700000012 implements MigrationInterface {
  readonly name = 'RecommendationRequests1763700000012';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table recommendation_requests (
        request_id text primary key,
        user_id text not null,
        status text not null,
        requested_at timestamptz not null,
        ended_at timestamptz,
        position text,
        ranking jsonb,
        items jsonb not null default '[]',
        failure jsonb,
        retry_at timestamptz
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table recommendation_requests`);
  }
}
