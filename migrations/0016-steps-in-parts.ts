import type { MigrationInterface, QueryRunner } from 'typeorm';

/** An item may have several steps of one kind: the view tells them apart. */
export class StepsInParts1763700000016 implements MigrationInterface {
  readonly name = 'StepsInParts1763700000016';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table jobs add column step text`);
    await runner.query(`update jobs set step = kind`);
    await runner.query(`
      alter table jobs alter column step set not null, drop constraint jobs_pkey,
        add primary key (subject_id, kind, step)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`delete from jobs where step <> kind`);
    await runner.query(`
      alter table jobs drop constraint jobs_pkey, drop column step, add primary key (subject_id, kind)`);
  }
}
