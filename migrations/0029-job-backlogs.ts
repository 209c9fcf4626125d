import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How far the partitions of a log in which jobs wait have been admitted to the queue, and what was cancelled in them. */
export class JobBacklogs1763700000029 implements MigrationInterface {
  readonly name = 'JobBacklogs1763700000029';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table job_backlogs (
        topic text not null,
        partition integer not null,
        next_offset bigint not null,
        -- By key, the offset before which its jobs are not wanted.
        cancelled jsonb not null default '{}',
        primary key (topic, partition)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table job_backlogs');
  }
}
