import { CommandBus } from '@nestjs/cqrs';
import { createMetricsRegistry } from '../../adapters/prometheus/registry.js';
import type { JobQueue } from '../../core/job-queue.js';
import type { Logger } from '../../core/logger.js';
import { noTracer } from '../../core/tracer.js';
import { countHotAnswer } from '../../observing/count-hot-answers.js';
import { metricTable } from '../../observing/metric-table.js';
import { observeCommands } from '../../observing/observe-commands.js';
import { observeJobs } from '../../observing/observe-jobs.js';
import type { StandingSources } from '../../observing/standing.js';
import { isLoopback } from '../config/server.js';
import type { Config } from '../config.js';
import { createAccess } from '../http/access.js';
import { commandBusModule, executeOn } from '../http/command-bus.js';
import { createHttpApp } from '../http/create-http-app.js';
import { docsRoutes } from '../http/docs-page.js';
import { createEarlyAnswers } from '../http/early-answers.js';
import { type HealthChecks, healthRoutes } from '../http/health.js';
import type { HttpServer } from '../http/http-server.js';
import { guardKeyless } from '../http/keyless-guard.js';
import { metricsRoute } from '../http/metrics.js';
import { observeRequests } from '../http/observe-requests.js';
import { createServeEndpoint } from '../http/serve-endpoint.js';
import { createWrongKeys, type WrongKeyOutcome } from '../http/wrong-keys.js';
import { type Role, rolesAtWork } from '../roles.js';
import { createClosers } from './closers.js';
import { describeApi } from './describe-api.js';
import { once } from './once.js';
import { openBlobs } from './open-blobs.js';
import { openFrameTopic } from './open-frame-topic.js';
import { openHotViews } from './open-hot-views.js';
import { openInference } from './open-inference.js';
import { openJobQueue, stopJobQueue } from './open-job-queue.js';
import { openRateCounters } from './open-rate-counters.js';
import { openRedis, redisCheck } from './open-redis.js';
import { createReaders, openStorage, type Storage } from './open-storage.js';
import { openTracing } from './open-tracing.js';
import { openVideoTools } from './open-video-tools.js';
import { openWorkFolder } from './open-work-folder.js';
import { reserveDataFolder } from './reserve-data-folder.js';
import { assembleRoles, elsewhere } from './roles/index.js';
import { needsOf } from './workers.js';
import { createExecute } from './write-side.js';

export interface RunningMediaFlow {
  readonly url: string;
  /** What a stop has to wait for: requests, and jobs by their kinds. */
  underWay(): { readonly requests: number; readonly jobs: readonly string[] };
  /** Takes no new work, lets what runs end or go back to its queue, closes everything. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Starts the roles of one process, wired to the adapters the configuration names. The server is taken over, and closed
 * when this does not come about.
 */
export async function startMediaFlow(options: {
  readonly server: HttpServer;
  readonly config: Config;
  readonly roles: readonly Role[];
  readonly logger: Logger;
  readonly version: string;
}): Promise<RunningMediaFlow> {
  const closers = createClosers(options.logger);
  closers.add('HTTP server', options.server.close);
  try {
    return await start(options, closers);
  } catch (error) {
    await closers.closeAll();
    throw error;
  }
}

async function start(
  { server: httpServer, config, roles: wanted, logger, version }: Parameters<typeof startMediaFlow>[0],
  closers: ReturnType<typeof createClosers>,
): Promise<RunningMediaFlow> {
  const roleList = rolesAtWork(wanted, config);
  const roles = new Set(roleList);
  const stopping = new AbortController();
  const access = createAccess(config.apiKeys);
  const tracer = await openTracing({ config, roles: roleList, version, logger, closers });
  const metrics = createMetricsRegistry(metricTable, { exemplars: tracer !== noTracer });
  const observing = { metrics, tracer };
  const countAnswer = countHotAnswer(metrics);
  for (const outcome of ['told', 'throttled'] satisfies WrongKeyOutcome[])
    metrics.add('http_wrong_keys_total', { outcome }, 0);
  httpServer.waitsFor('data_folder');
  await reserveDataFolder({ config, roles, closers });
  const workFolder = once(() => openWorkFolder({ config, closers }));
  const videoTools = once(async () => openVideoTools({ config, workFolder: await workFolder(), tracer }));
  // Beside the database, which takes about as long; whoever needs them is told what is wrong.
  const kinds = roles.has('worker') ? config.workerKinds : undefined;
  if (needsOf(kinds ?? []).has('tools')) videoTools().catch(() => {});
  const storage = await openStorage({
    ...{ config, logger, closers, observing },
    waitsFor: httpServer.waitsFor,
  });
  httpServer.waitsFor('roles');
  let queue: JobQueue | undefined;
  const redis = await openRedis({ config, logger, closers });
  const hotViews = await openHotViews({
    ...{ config, roles, storage, redis, version, logger, stopping: stopping.signal },
    count: countAnswer,
  });
  const parts = await assembleRoles(roles, {
    ...{ config, roles, storage, hotViews, access, observing, closers, logger },
    stopping: stopping.signal,
    execute: executeOn(() => app.get(CommandBus, { strict: false })),
    blobs: once(() => openBlobs({ config, closers, tracer })),
    readers: createReaders({ storage, closers, tracer }),
    ...{
      workFolder,
      videoTools,
      inference: openInference({ config, observing, logger, closers, usage: storage.usage }),
    },
    frameTopic: once(() => openFrameTopic({ config, storage, closers, logger })),
    jobQueue: once(async () => {
      queue = observeJobs(await openJobQueue({ config, storage, logger, closers }), observing, {
        system: 'pg_boss',
      });
      return queue;
    }),
  });

  const endpoints = parts.flatMap((part) => part.endpoints ?? []);
  const sources = Object.assign({}, ...parts.map((part) => part.metrics)) as StandingSources;
  const checks = Object.assign(
    storageChecks(storage),
    redis && { redis: redisCheck(redis) },
    ...parts.map((part) => part.checks),
  ) as HealthChecks;
  const early = createEarlyAnswers({
    hot: hotViews.answers,
    maximumBytes: config.hotViews.maximumBytes,
    tracer,
    onAnswered(route, seconds, traceparent) {
      const labels = { method: 'GET', route, status: 200 };
      metrics.observe('http_request_duration_seconds', labels, seconds, traceparent);
      countAnswer('early');
    },
  });
  const { app, answer } = await createHttpApp({
    server: httpServer.server,
    endpoints,
    serve: createServeEndpoint({ access, early, waiter: storage.waiter }),
    access,
    refuseWrongKey: createWrongKeys({
      ...{ logger, count: (outcome) => metrics.add('http_wrong_keys_total', { outcome }) },
      counters: await openRateCounters({ config, redis, logger }),
    }),
    maximumFileBytes: config.uploads.maximumSizeBytes,
    corsOrigins: config.corsOrigins,
    logger,
    elsewhere: elsewhere(roles),
    imports: [commandBusModule(observeCommands(createExecute(storage), observing))],
    observe: (server) => observeRequests(server, observing),
    async mount(server) {
      if (config.apiKeys.length === 0)
        guardKeyless(server, { hosts: config.allowedHosts, origins: config.corsOrigins });
      metricsRoute(server, { registry: metrics, sources, access, isPublic: config.publicMetrics });
      healthRoutes(server, { roles: roleList, kinds, checks, access });
      if (endpoints.length > 0) docsRoutes(server, describeApi(config, version));
      for (const part of parts) await part.mount?.(server);
    },
  });
  const running: Promise<unknown>[] = [];
  closers.add('background loops', () => {
    stopping.abort();
    return Promise.all(running);
  });
  for (const part of parts) {
    const started = await part.start?.();
    if (started) running.push(started.done);
  }
  closers.add('requests', async () => {
    stopping.abort();
    // Who stops containers kills them after ten seconds: requests and work have their time side by side.
    const released = Promise.all(running).then(() => queue && stopJobQueue(queue));
    await Promise.all([released, httpServer.drain()]);
    await app.close();
  });
  httpServer.serve((request, response) => {
    if (!early.answer(request, response)) answer(request, response);
  });

  for (const part of parts) {
    const { warnings = [], notes = [] } = (await part.advice?.()) ?? {};
    for (const warning of warnings) logger.warn({}, warning);
    for (const note of notes) logger.info({}, note);
  }
  if (!isLoopback(config.host) && config.apiKeys.length === 0)
    logger.warn(
      { host: config.host },
      'Open to others without keys: set MEDIAFLOW_API_KEYS, or HOST=127.0.0.1',
    );

  return {
    url: httpServer.url,
    underWay: () => ({ requests: httpServer.underWay(), jobs: queue?.running() ?? [] }),
    stop: () => closers.closeAll(),
  };
}

const storageChecks = (storage: Storage): HealthChecks => ({
  database: async () => {
    await storage.ping();
    return { status: 'ok' };
  },
  eventStore: async () => {
    const head = await storage.store.head();
    return { status: 'ok', detail: head ? `head ${head}` : 'no events yet' };
  },
});
