import type { EventStore } from '../core/event-store.js';
import type { FollowerStatus } from '../core/follower-status.js';
import type { Position } from '../core/position.js';
import type { AnyProjection, ListProjectionStatuses } from '../core/projection-store.js';
import type { AnySaga } from '../core/saga.js';
import type { SagaStatus } from '../core/saga-status.js';
import type { StorageReports } from '../core/storage-report.js';
import type { Measures } from './observing.js';

/** How it stands with one kind of job. */
export interface QueueStanding {
  readonly kind: string;
  readonly waiting: number;
  readonly active: number;
  /** Of the first that is due. */
  readonly waitSeconds: number;
  /** Of what waits, how much lies in a log before the queue; undefined where there is none. */
  readonly backlog: number | undefined;
}

/** For how long the first event after a position has been in the log: of these types, if it says which. */
export type LagSeconds = (after: Position, types?: readonly string[]) => Promise<number>;

/** How old a model in use is. */
export interface ModelStanding {
  readonly name: string;
  readonly ageSeconds: number;
  /** Undefined where the event store cannot tell. */
  readonly eventsBehind: number | undefined;
}

/** What is asked when somebody wants to know, where the process has to do with it. */
export interface StandingSources {
  readonly queues?: () => Promise<readonly QueueStanding[]>;
  /** Processes that take a kind of job, by kind; not the queue's to tell, which may be away while they wait for it. */
  readonly takers?: {
    readonly kinds: readonly string[];
    count(): Promise<ReadonlyMap<string, number>>;
  };
  readonly projections?: {
    readonly list: ListProjectionStatuses;
    readonly known: readonly AnyProjection[];
    readonly lagSeconds: LagSeconds;
  };
  readonly sagas?: {
    list(): Promise<readonly SagaStatus[]>;
    readonly known: readonly AnySaga[];
    readonly lagSeconds: LagSeconds;
  };
  readonly storage?: StorageReports['latest'];
  /** Models in use. */
  readonly models?: () => Promise<readonly ModelStanding[]>;
  readonly followers?: {
    list(): Promise<readonly FollowerStatus[]>;
    readonly lagSeconds: LagSeconds;
  };
}

/** Clocks of hosts differ by a little: nothing waits for less than no time. */
export const lagSecondsIn =
  (store: Pick<EventStore, 'readAll'>): LagSeconds =>
  async (after, types) => {
    const { events } = await store.readAll({ after, limit: 1, ...(types && { filter: { types } }) });
    const first = events[0];
    return first ? Math.max(0, (Date.now() - Date.parse(first.recordedAt)) / 1000) : 0;
  };

/** Asks each source and sets its figures; those of one that does not answer are told by nobody. */
export async function measureStanding(
  sources: StandingSources,
  metrics: Measures,
  inTime: <T>(asked: Promise<T>) => Promise<T>,
): Promise<void> {
  const measured = (names: readonly Parameters<Measures['forget']>[0][], ask: Promise<void> | undefined) =>
    ask && inTime(ask).catch(() => names.forEach(metrics.forget));
  await Promise.all([
    measured(
      ['jobs', 'jobs_backlog', 'jobs_oldest_waiting_seconds'],
      sources.queues && measureQueues(sources.queues, metrics),
    ),
    measured(['job_workers'], sources.takers && measureTakers(sources.takers, metrics)),
    measured(
      ['projection_lag_events', 'projection_lag_seconds', 'projection_failed'],
      sources.projections && measureProjections(sources.projections, metrics),
    ),
    measured(
      ['saga_lag_seconds', 'saga_failed', 'saga_parked', 'saga_outbox'],
      sources.sagas && measureSagas(sources.sagas, metrics),
    ),
    measured(
      ['model_age_seconds', 'model_events_behind'],
      sources.models && measureModels(sources.models, metrics),
    ),
    measured(['storage_check_files'], sources.storage && measureStorage(sources.storage, metrics)),
    measured(
      ['follower_lag_events', 'follower_lag_seconds', 'follower_active'],
      sources.followers && measureFollowers(sources.followers, metrics),
    ),
  ]);
}

async function measureQueues(queues: NonNullable<StandingSources['queues']>, metrics: Measures) {
  for (const { kind, waiting, active, waitSeconds, backlog } of await queues()) {
    metrics.set('jobs', { kind, state: 'waiting' }, waiting);
    metrics.set('jobs', { kind, state: 'active' }, active);
    metrics.set('jobs_oldest_waiting_seconds', { kind }, waitSeconds);
    if (backlog !== undefined) metrics.set('jobs_backlog', { kind }, backlog);
  }
}

async function measureTakers({ kinds, count }: NonNullable<StandingSources['takers']>, metrics: Measures) {
  const taken = await count();
  for (const kind of kinds) metrics.set('job_workers', { kind }, taken.get(kind) ?? 0);
}

async function measureProjections(
  { list, known, lagSeconds }: NonNullable<StandingSources['projections']>,
  metrics: Measures,
) {
  const seconds = new Map<string, Promise<number>>();
  for (const { name: projection, lagEvents, status, position, head } of await list()) {
    if (lagEvents !== null) metrics.set('projection_lag_events', { projection }, lagEvents);
    metrics.set('projection_failed', { projection }, status === 'failed' ? 1 : 0);
    const types = Object.keys(known.find(({ name }) => name === projection)?.on ?? {});
    const asked = `${position} ${types}`;
    if (!seconds.has(asked))
      seconds.set(asked, position === head ? Promise.resolve(0) : lagSeconds(position, types));
    metrics.set('projection_lag_seconds', { projection }, (await seconds.get(asked)) ?? 0);
  }
}

async function measureSagas(
  { list, known, lagSeconds }: NonNullable<StandingSources['sagas']>,
  metrics: Measures,
) {
  for (const { saga, checkpoint, failure, instances, outbox } of await list()) {
    // Of another release this process does not know what it waits for.
    const types = known.find(({ name }) => name === saga)?.correlate;
    if (types) metrics.set('saga_lag_seconds', { saga }, await lagSeconds(checkpoint, Object.keys(types)));
    metrics.set('saga_failed', { saga }, failure ? 1 : 0);
    metrics.set('saga_parked', { saga }, instances.parked);
    metrics.set('saga_outbox', { saga, state: 'waiting' }, outbox.waiting);
    metrics.set('saga_outbox', { saga, state: 'refused' }, outbox.refused);
  }
}

async function measureModels(models: NonNullable<StandingSources['models']>, metrics: Measures) {
  for (const { name: model, ageSeconds, eventsBehind } of await models()) {
    metrics.set('model_age_seconds', { model }, ageSeconds);
    if (eventsBehind !== undefined) metrics.set('model_events_behind', { model }, eventsBehind);
  }
}

async function measureStorage(latest: StorageReports['latest'], metrics: Measures) {
  const report = await latest();
  if (!report?.findings) return;
  const { orphans, removed, unexplained, missing } = report.findings;
  metrics.set('storage_check_files', { state: 'orphaned' }, orphans.count - removed);
  metrics.set('storage_check_files', { state: 'unexplained' }, unexplained.count);
  metrics.set('storage_check_files', { state: 'missing' }, missing.count);
}

async function measureFollowers(
  { list, lagSeconds }: NonNullable<StandingSources['followers']>,
  metrics: Measures,
) {
  for (const { name: follower, isActive, lagEvents, position, isAheadOfLog } of await list()) {
    if (lagEvents !== null) metrics.set('follower_lag_events', { follower }, lagEvents);
    metrics.set('follower_lag_seconds', { follower }, isAheadOfLog ? 0 : await lagSeconds(position));
    metrics.set('follower_active', { follower }, isActive ? 1 : 0);
  }
}
