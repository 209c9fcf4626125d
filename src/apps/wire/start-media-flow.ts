import { CommandBus } from '@nestjs/cqrs';
import { createFfmpegVideoTools } from '../../adapters/ffmpeg/ffmpeg-video-tools.js';
import { createLocalVisionModels } from '../../adapters/inference/local-vision-models.js';
import { createRecommendationSource } from '../../adapters/postgres/recommendation-source.js';
import type { Logger } from '../../core/logger.js';
import { projections } from '../../projections/index.js';
import { systemClock } from '../../runtime/clock.js';
import { type Config, isLoopback, type Role } from '../config.js';
import { createAccess } from '../http/access.js';
import { commandBusModule, executeOn } from '../http/command-bus.js';
import { createHttpApp } from '../http/create-http-app.js';
import { docsRoutes } from '../http/docs-page.js';
import { healthRoutes } from '../http/health.js';
import { createMetrics } from '../http/metrics.js';
import { mountTus } from '../http/mount-tus.js';
import { createServeEndpoint } from '../http/serve-endpoint.js';
import { startBackground } from './background.js';
import { createClosers } from './closers.js';
import { commandEndpoints, queryEndpoints } from './endpoints.js';
import { eventsBetween, openJobQueue, openStorage } from './open-storage.js';
import { createProjectionRebuilds } from './projection-rebuilds.js';
import { createWorkers } from './workers.js';
import { codec, createExecute, createMediaUploads } from './write-side.js';

export interface RunningMediaFlow {
  readonly url: string;
  /** Takes no new work, lets what runs end or go back to its queue, closes everything. Safe to call twice. */
  stop(): Promise<void>;
}

/** Starts the roles of one process, wired to the adapters the configuration names. */
export async function startMediaFlow(options: {
  readonly config: Config;
  readonly roles: readonly Role[];
  readonly logger: Logger;
  readonly version: string;
}): Promise<RunningMediaFlow> {
  const closers = createClosers(options.logger);
  try {
    return await start(options, closers);
  } catch (error) {
    await closers.closeAll();
    throw error;
  }
}

async function start(
  { config, roles: roleList, logger, version }: Parameters<typeof startMediaFlow>[0],
  closers: ReturnType<typeof createClosers>,
): Promise<RunningMediaFlow> {
  const roles = new Set(roleList);
  const stopping = new AbortController();
  const tools = createFfmpegVideoTools(config.tools);
  const vision = createLocalVisionModels({ logger });
  closers.add('models', () => vision.close());

  const storage = await openStorage({ config, logger, closers });
  const workers = createWorkers({
    blobs: storage.blobs,
    source: createRecommendationSource(storage.database),
    tools,
    vision,
    policy: config.moderation,
  });
  const queue = await openJobQueue({ config, storage, kinds: workers, logger, closers });

  const handle = createExecute(storage);
  const execute = executeOn(() => app.get(CommandBus, { strict: false }));
  const uploads = createMediaUploads(config, storage, handle, logger);
  const rebuilds = createProjectionRebuilds({
    projections,
    store: storage.store,
    projectionStore: storage.projectionStore,
    decode: codec.decode,
    clock: systemClock,
    logger,
    eventsBetween,
    signal: stopping.signal,
  });
  closers.add('rebuilds of views', () => rebuilds.done());
  const endpoints = [
    ...(roles.has('command') ? commandEndpoints({ execute, uploads, storage, queue, rebuilds }) : []),
    ...(roles.has('query') ? queryEndpoints({ storage, queue, stopping: stopping.signal }) : []),
  ];
  const access = createAccess(config.apiKeys);
  const metrics = createMetrics({ storage, queue });
  const app = await createHttpApp({
    endpoints,
    serve: createServeEndpoint({ access, waiter: storage.waiter }),
    maximumFileBytes: config.uploads.maximumSizeBytes,
    logger,
    imports: [commandBusModule(handle)],
    async mount(server) {
      metrics.mount(server);
      healthRoutes(server, { storage, tools, stopping: stopping.signal });
      docsRoutes(server, endpoints, version);
      if (roles.has('command')) await mountTus(server, { handle: uploads.handleTus, access });
    },
  });
  const background = await startBackground({
    config,
    roles,
    storage,
    queue,
    execute: handle,
    uploads,
    workers,
    logger,
    signal: stopping.signal,
  });
  closers.add('background loops', () => background.done);
  await app.listen({ host: config.host, port: config.port });
  closers.add('HTTP server', async () => {
    stopping.abort();
    await app.close();
  });

  for (const warning of (await tools.describe()).warnings) logger.warn({}, warning);
  if (!isLoopback(config.host) && config.apiKeys.length === 0)
    logger.warn(
      { host: config.host },
      'Open to others without keys: set MEDIAFLOW_API_KEYS, or HOST=127.0.0.1',
    );

  return { url: await app.getUrl(), stop: () => closers.closeAll() };
}
