import type { Logger } from '../../core/logger.js';
import { noTracer, type Tracer } from '../../core/tracer.js';
import type { Config } from '../config.js';
import type { Closers } from './closers.js';

/** Where spans go. Of OpenTelemetry nothing is loaded where nobody collects them. */
export async function openTracing(options: {
  readonly config: Pick<Config, 'tracing'>;
  readonly roles: readonly string[];
  readonly version: string;
  readonly logger: Logger;
  readonly closers: Closers;
}): Promise<Tracer> {
  const { config, roles, version, logger, closers } = options;
  if (!config.tracing) return noTracer;
  const { openTracer } = await import('../../adapters/opentelemetry/tracer.js');
  const tracer = openTracer({ ...config.tracing, roles, version, logger });
  closers.add('traces', tracer.close);
  return tracer;
}
