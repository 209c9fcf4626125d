import type { Logger } from '../../core/logger.js';
import { observeServedInference } from '../../observing/observe-inference.js';
import type { Observing } from '../../observing/observing.js';
import { isLoopback } from '../config/server.js';
import type { Config } from '../config.js';
import type { HealthCheck } from '../http/health.js';
import type { Closers } from './closers.js';
import { readServiceTls } from './inference-tls.js';
import type { OpenInference } from './open-inference.js';

/** Serves the models of this process over gRPC, until it is closed. */
export async function serveInference(options: {
  readonly config: Pick<Config, 'inference' | 'host'>;
  readonly inference: OpenInference;
  readonly observing: Observing;
  readonly logger: Logger;
  readonly closers: Closers;
}): Promise<{ readonly underWay: () => number; readonly check: HealthCheck }> {
  const { config, inference, observing, logger, closers } = options;
  const { port, key, maximumCalls } = config.inference;
  const { openInferenceServer } = await import('../../adapters/grpc/inference-server.js');
  const server = await openInferenceServer({
    ...{ inference: await inference.local(), host: config.host, port, key, maximumCalls, logger },
    tls: await readServiceTls(config.inference),
    observe: observeServedInference(observing),
  });
  closers.add('inference server', () => server.close());
  if (key === undefined && !isLoopback(config.host))
    logger.warn(
      { host: config.host },
      'Models are served to everybody who reaches the port: set INFERENCE_KEY',
    );
  return {
    underWay: server.underWay,
    check: async () => ({ status: 'ok', detail: `${server.underWay()} of ${maximumCalls} calls under way` }),
  };
}
