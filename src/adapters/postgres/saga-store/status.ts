import type { SagaFailure, SagaStatus } from '../../../core/saga-status.js';
import { type OutboxBody, outputName } from '../../../core/saga-store.js';
import type { Asked } from '../connection/database-errors.js';
import { soon } from '../connection/patience.js';

const LISTED = 20;

interface HeadRow {
  readonly name: string;
  readonly checkpoint: string;
  readonly failure: SagaFailure | null;
  readonly active: number;
  readonly parked: number;
  readonly completed: number;
  readonly timers: number;
  readonly next_due_at: Date | null;
  readonly waiting: number;
  readonly refused: number;
  readonly oldest_at: Date | null;
}

const HEADS = `
  select name, checkpoint, sagas.failure, instances.*, timers.*, outbox.*
  from sagas,
  lateral (
    select count(*) filter (where state is not null and retry_at is null)::int as active,
           count(*) filter (where retry_at is not null)::int as parked,
           count(*) filter (where state is null)::int as completed
    from saga_instances where saga = name
  ) instances,
  lateral (select count(*)::int as timers, min(due_at) as next_due_at from saga_timers where saga = name) timers,
  lateral (
    select count(*) filter (where refused_at is null)::int as waiting,
           count(refused_at)::int as refused,
           min(created_at) filter (where refused_at is null) as oldest_at
    from saga_outbox where saga = name
  ) outbox
  order by name`;

interface ParkedRow {
  readonly saga: string;
  readonly instance: string;
  readonly failure: SagaFailure;
  readonly retry_at: Date;
  readonly inputs: number;
}

const PARKED = `
  select sagas.name as saga, parked.*, (
    select count(*)::int from saga_parked_inputs queue
    where queue.saga = name and queue.instance = parked.instance) as inputs
  from sagas, lateral (
    select instance, failure, retry_at from saga_instances
    where saga = name and retry_at is not null order by retry_at desc limit ${LISTED}
  ) parked`;

interface TroubleRow {
  readonly saga: string;
  readonly id: string;
  readonly instance: string;
  readonly body: OutboxBody;
  readonly error: string;
  readonly attempts: number;
  readonly code: string | null;
}

const troubles = (which: string) => `
  select sagas.name as saga, trouble.* from sagas, lateral (
    select id, instance, body, error, attempts, refused_code as code from saga_outbox
    where saga = name and ${which} order by sequence desc limit ${LISTED}
  ) trouble`;

const toTrouble = ({ id, instance, body, error, attempts }: TroubleRow) => ({
  id,
  instance,
  what: outputName(body),
  error,
  attempts,
});

export async function readSagaStatus(database: Asked): Promise<SagaStatus[]> {
  const [heads, parked, postponed, refused] = await Promise.all([
    database.query<HeadRow>({ ...soon, text: HEADS }),
    database.query<ParkedRow>({ ...soon, text: PARKED }),
    database.query<TroubleRow>({ ...soon, text: troubles('refused_at is null and error is not null') }),
    database.query<TroubleRow>({ ...soon, text: troubles('refused_at is not null') }),
  ]);
  return heads.rows.map((head) => {
    const ofThis = (row: { readonly saga: string }) => row.saga === head.name;
    return {
      saga: head.name,
      checkpoint: head.checkpoint,
      failure: head.failure,
      instances: { active: head.active, parked: head.parked, completed: head.completed },
      parked: parked.rows.filter(ofThis).map(({ instance, failure, retry_at, inputs }) => ({
        instance,
        failure,
        retryAt: retry_at.toISOString(),
        inputs,
      })),
      timers: { waiting: head.timers, nextDueAt: head.next_due_at?.toISOString() ?? null },
      outbox: {
        waiting: head.waiting,
        refused: head.refused,
        oldestAt: head.oldest_at?.toISOString() ?? null,
        postponed: postponed.rows.filter(ofThis).map(toTrouble),
        refusals: refused.rows.filter(ofThis).map((row) => ({ ...toTrouble(row), code: row.code ?? '' })),
      },
    };
  });
}
