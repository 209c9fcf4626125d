import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What models suggest for items, and what people took of it. Columns without a default rewrite nothing. */
export class SuggestedMetadata1763700000088 implements MigrationInterface {
  readonly name = 'SuggestedMetadata1763700000088';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table media_metadata
        add column suggesting jsonb,
        add column suggestion jsonb,
        add column accepted jsonb`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'alter table media_metadata drop column suggesting, drop column suggestion, drop column accepted',
    );
  }
}
