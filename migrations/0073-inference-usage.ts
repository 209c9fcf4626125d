import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What providers of models were used for, by day, and how much of a day's allowance is taken. */
export class InferenceUsage1763700000073 implements MigrationInterface {
  readonly name = 'InferenceUsage1763700000073';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table inference_usage (
        day date not null,
        provider text not null,
        model text not null,
        task text not null,
        requests bigint not null,
        items bigint not null,
        cost_micros bigint not null,
        primary key (day, provider, model, task)
      )`);
    await runner.query(`
      create table inference_allowance (
        day date not null,
        provider text not null,
        items bigint not null,
        primary key (day, provider)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table inference_allowance');
    await runner.query('drop table inference_usage');
  }
}
