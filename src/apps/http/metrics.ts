import type { FastifyInstance } from 'fastify';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { FollowerStatus } from '../../core/follower-status.js';
import type { ListProjectionStatuses } from '../../core/projection-store.js';
import type { SagaStatus } from '../../core/saga-status.js';
import type { StorageReports } from '../../core/storage-report.js';
import type { HotOutcome } from '../../runtime/hot-views/hot-answers.js';
import { type Access, requireOperator } from './access.js';
import { answerProblem } from './early-problems.js';
import { within } from './health.js';
import type { WrongKeyOutcome } from './wrong-keys.js';

/** How it stands with one kind of job. */
export interface QueueMetrics {
  readonly kind: string;
  readonly waiting: number;
  readonly active: number;
  /** Of the first that is due. */
  readonly waitSeconds: number;
  /** Processes that take the kind. */
  readonly workers: number;
}

/** What is measured beside the process itself, where the process has to do with it. */
export interface MetricSources {
  readonly queues?: () => Promise<readonly QueueMetrics[]>;
  readonly projections?: ListProjectionStatuses;
  readonly sagas?: () => Promise<readonly SagaStatus[]>;
  readonly storage?: StorageReports['latest'];
  readonly followers?: () => Promise<readonly FollowerStatus[]>;
}

/** Prometheus metrics: requests, queues, lag of the views, what waits in the outbox, and the process itself. */
export function createMetrics(sources: MetricSources) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'mediaflow_http_request_duration_seconds',
    help: 'Time to the end of the answer, by route',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  const wrongKeys = new Counter({
    name: 'mediaflow_http_wrong_keys_total',
    help: 'Requests with a key that is none of ours, by what they were told',
    labelNames: ['outcome'],
    registers: [registry],
  });
  const hotAnswers = new Counter({
    name: 'mediaflow_hot_answers_total',
    help: 'Answers to hot questions, by where they came from',
    labelNames: ['outcome'],
    registers: [registry],
  });
  for (const outcome of ['told', 'throttled'] satisfies WrongKeyOutcome[]) wrongKeys.inc({ outcome }, 0);
  const jobs = new Gauge({
    name: 'mediaflow_jobs',
    help: 'Jobs that wait or run, by kind',
    labelNames: ['kind', 'state'],
    registers: [registry],
  });
  const waits = new Gauge({
    name: 'mediaflow_jobs_oldest_waiting_seconds',
    help: 'For how long the first job of a kind that is due has waited; 0 when none is',
    labelNames: ['kind'],
    registers: [registry],
  });
  const workers = new Gauge({
    name: 'mediaflow_job_workers',
    help: 'Processes that take a kind of job',
    labelNames: ['kind'],
    registers: [registry],
  });
  const lag = new Gauge({
    name: 'mediaflow_projection_lag_events',
    help: 'Events a view is behind the log, where the event store can tell',
    labelNames: ['projection'],
    registers: [registry],
  });
  const failing = new Gauge({
    name: 'mediaflow_projection_failed',
    help: '1 while a view cannot get past an event',
    labelNames: ['projection'],
    registers: [registry],
  });
  const outbox = new Gauge({
    name: 'mediaflow_saga_outbox',
    help: 'Outputs of a process that wait or were refused',
    labelNames: ['saga', 'state'],
    registers: [registry],
  });

  const storage = new Gauge({
    name: 'mediaflow_storage_check_files',
    help: 'Places in the blob store that the last check found wanting; missing ones are lost data',
    labelNames: ['state'],
    registers: [registry],
  });
  const followerLag = new Gauge({
    name: 'mediaflow_follower_lag_events',
    help: 'Events that one who publishes the log is behind it, where the event store can tell',
    labelNames: ['follower'],
    registers: [registry],
  });
  const followerActive = new Gauge({
    name: 'mediaflow_follower_active',
    help: '1 in the process that publishes, 0 in those that stand by',
    labelNames: ['follower'],
    registers: [registry],
  });
  const followed = new Counter({
    name: 'mediaflow_follower_events_total',
    help: 'Events that this process has published',
    labelNames: ['follower'],
    registers: [registry],
  });

  async function collect(): Promise<void> {
    const [queues, projections, sagas, report, followers] = await Promise.all([
      sources.queues?.() ?? [],
      sources.projections?.() ?? [],
      sources.sagas?.() ?? [],
      sources.storage?.(),
      sources.followers?.() ?? [],
    ]);
    for (const { kind, waiting, active, waitSeconds, workers: processes } of queues) {
      jobs.set({ kind, state: 'waiting' }, waiting);
      jobs.set({ kind, state: 'active' }, active);
      waits.set({ kind }, waitSeconds);
      workers.set({ kind }, processes);
    }
    for (const { name, lagEvents, status } of projections) {
      if (lagEvents !== null) lag.set({ projection: name }, lagEvents);
      failing.set({ projection: name }, status === 'failed' ? 1 : 0);
    }
    for (const status of sagas) {
      outbox.set({ saga: status.saga, state: 'waiting' }, status.outbox.waiting);
      outbox.set({ saga: status.saga, state: 'refused' }, status.outbox.refused);
    }
    for (const { name: follower, isActive, lagEvents, handledEvents } of followers) {
      if (lagEvents !== null) followerLag.set({ follower }, lagEvents);
      followerActive.set({ follower }, isActive ? 1 : 0);
      followed.remove({ follower });
      followed.inc({ follower }, handledEvents);
    }
    if (!report?.findings) return;
    const { orphans, removed, unexplained, missing } = report.findings;
    storage.set({ state: 'orphaned' }, orphans.count - removed);
    storage.set({ state: 'unexplained' }, unexplained.count);
    storage.set({ state: 'missing' }, missing.count);
  }

  return {
    countHotAnswer: (outcome: HotOutcome): void => hotAnswers.inc({ outcome }),
    /** An answer that the application was not asked for again. */
    observeEarlyAnswer(route: string, seconds: number): void {
      requests.observe({ method: 'GET', route, status: 200 }, seconds);
      hotAnswers.inc({ outcome: 'early' });
    },
    countWrongKey: (outcome: WrongKeyOutcome): void => wrongKeys.inc({ outcome }),

    /** Scrapers bring a key as any operator does, unless the metrics are public. */
    mount(server: FastifyInstance, options: { readonly access: Access; readonly isPublic: boolean }): void {
      server.addHook('onResponse', async (request, reply) => {
        const route = request.routeOptions.url ?? 'unknown';
        requests.observe(
          { method: request.method, route, status: reply.statusCode },
          reply.elapsedTime / 1000,
        );
      });
      server.get('/metrics', { errorHandler: answerProblem }, async (request, reply) => {
        if (!options.isPublic) requireOperator(options.access(request.headers.authorization));
        // Without the database, the process's own figures are still worth having.
        await within(collect()).catch(() => {});
        return reply.type(registry.contentType).send(await registry.metrics());
      });
    },
  };
}
