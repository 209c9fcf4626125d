import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tokens that providers of models have counted. A constant default rewrites nothing. */
export class InferenceTokens1763700000074 implements MigrationInterface {
  readonly name = 'InferenceTokens1763700000074';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table inference_usage
        add column input_tokens bigint not null default 0,
        add column output_tokens bigint not null default 0`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table inference_usage drop column input_tokens, drop column output_tokens');
  }
}
