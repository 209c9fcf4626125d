import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What sagas remember. `json` and not `jsonb`: it is written and read whole, and keeps every character. */
export class Sagas1763700000004 implements MigrationInterface {
  readonly name = 'Sagas1763700000004';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table sagas (
        name text collate "C" primary key,
        checkpoint text collate "C" not null,
        version bigint not null default 0,
        failure json
      )`);
    await runner.query(`
      create table saga_instances (
        saga text collate "C" not null,
        instance text collate "C" not null,
        state json,
        failure json,
        retry_at timestamptz,
        primary key (saga, instance),
        check ((failure is null) = (retry_at is null))
      )`);
    await runner.query(
      `create index saga_instances_parked on saga_instances (saga, retry_at) where retry_at is not null`,
    );
    await runner.query(`
      create table saga_parked_inputs (
        sequence bigint generated always as identity primary key,
        saga text collate "C" not null,
        instance text collate "C" not null,
        trigger json not null
      )`);
    await runner.query(
      `create index saga_parked_inputs_queue on saga_parked_inputs (saga, instance, sequence)`,
    );
    await runner.query(`
      create table saga_timers (
        saga text collate "C" not null,
        instance text collate "C" not null,
        timer text collate "C" not null,
        id uuid not null,
        due_at timestamptz not null,
        origin json not null,
        primary key (saga, instance, timer)
      )`);
    await runner.query(`create index saga_timers_due on saga_timers (saga, due_at)`);
    await runner.query(`
      create table saga_outbox (
        sequence bigint generated always as identity primary key,
        id uuid not null unique,
        saga text collate "C" not null,
        instance text collate "C" not null,
        body json not null,
        origin json not null,
        created_at timestamptz not null,
        due_at timestamptz,
        attempts integer not null default 0,
        error text,
        refused_code text,
        refused_at timestamptz,
        check ((refused_code is null) = (refused_at is null))
      )`);
    await runner.query(`create index saga_outbox_waiting on saga_outbox (sequence) where refused_at is null`);
    // Few entries ever are postponed, so asking whether one stands in the way is asking a nearly empty index.
    await runner.query(
      `create index saga_outbox_postponed on saga_outbox (saga, instance, sequence)
       where refused_at is null and due_at is not null`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['saga_outbox', 'saga_timers', 'saga_parked_inputs', 'saga_instances', 'sagas'])
      await runner.query(`drop table ${table}`);
  }
}
