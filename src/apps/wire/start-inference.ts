import { createMemoryRateCounters } from '../../adapters/memory/rate-counters.js';
import { createMetricsRegistry } from '../../adapters/prometheus/registry.js';
import { noTracer } from '../../core/tracer.js';
import { metricTable } from '../../observing/metric-table.js';
import { createAccess } from '../http/access.js';
import { createHttpApp } from '../http/create-http-app.js';
import { healthRoutes } from '../http/health.js';
import { metricsRoute } from '../http/metrics.js';
import { observeRequests } from '../http/observe-requests.js';
import { createWrongKeys } from '../http/wrong-keys.js';
import { createClosers } from './closers.js';
import { openInference } from './open-inference.js';
import { openTracing } from './open-tracing.js';
import { elsewhere } from './roles/index.js';
import { serveInference } from './serve-inference.js';
import type { RunningMediaFlow, startMediaFlow } from './start-media-flow.js';

/**
 * Starts a process that serves models and nothing else. It has no state: neither a database nor a data folder, so there may be any number of
 * them, anywhere.
 */
export async function startInference({
  server: httpServer,
  config,
  logger,
  version,
}: Omit<Parameters<typeof startMediaFlow>[0], 'roles'>): Promise<RunningMediaFlow> {
  const closers = createClosers(logger);
  closers.add('HTTP server', httpServer.close);
  try {
    const roles = ['inference'] as const;
    const access = createAccess(config.apiKeys);
    const tracer = await openTracing({ config, roles, version, logger, closers });
    const metrics = createMetricsRegistry(metricTable, { exemplars: tracer !== noTracer });
    const observing = { metrics, tracer };
    httpServer.waitsFor('roles');
    const inference = openInference({ config, observing, logger, closers });
    const { check, underWay } = await serveInference({ config, inference, observing, logger, closers });
    const { app, answer } = await createHttpApp({
      ...{ server: httpServer.server, endpoints: [], access, logger },
      serve: async () => {},
      refuseWrongKey: createWrongKeys({
        ...{ logger, count: (outcome) => metrics.add('http_wrong_keys_total', { outcome }) },
        counters: createMemoryRateCounters(() => performance.now()),
      }),
      maximumFileBytes: 0,
      corsOrigins: [],
      elsewhere: elsewhere(new Set(roles)),
      observe: (server) => observeRequests(server, observing),
      mount(server) {
        metricsRoute(server, { registry: metrics, sources: {}, access, isPublic: config.publicMetrics });
        healthRoutes(server, { roles, checks: { inference: check }, access });
      },
    });
    closers.add('requests', async () => {
      await httpServer.drain();
      await app.close();
    });
    httpServer.serve(answer);
    return {
      url: httpServer.url,
      underWay: () => ({ requests: httpServer.underWay() + underWay(), jobs: [] }),
      stop: closers.closeAll,
    };
  } catch (error) {
    await closers.closeAll();
    throw error;
  }
}
