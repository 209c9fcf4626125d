import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which kinds of jobs the living processes take. Unlogged: after a crash of the database they say so again. */
export class WorkerProcesses1763700000028 implements MigrationInterface {
  readonly name = 'WorkerProcesses1763700000028';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create unlogged table worker_processes (
        process_id uuid primary key,
        kinds text[] not null,
        seen_at timestamptz not null default now()
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table worker_processes');
  }
}
