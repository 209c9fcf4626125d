import { createLocalInference } from '../../adapters/inference/local-inference.js';
import type { InferenceClient } from '../../core/inference/inference-client.js';
import type { UsageLedger } from '../../core/inference/usage-ledger.js';
import type { Logger } from '../../core/logger.js';
import { observeInference } from '../../observing/observe-inference.js';
import type { Observing } from '../../observing/observing.js';
import type { Config } from '../config.js';
import type { Closers } from './closers.js';
import { readClientTls } from './inference-tls.js';
import { once } from './once.js';
import { withProviders } from './open-providers.js';

/** Where a process finds models. */
export interface OpenInference {
  /** Those in its own threads, whoever asks: unobserved. */
  local(): Promise<InferenceClient>;
  /** Those that the configuration names, for its jobs. */
  forJobs(): Promise<InferenceClient>;
}

/** Nothing runs, and nothing of gRPC is loaded, before somebody asks. */
export function openInference(options: {
  readonly config: Pick<Config, 'inference' | 'providers'>;
  readonly observing: Observing;
  readonly logger: Logger;
  readonly closers: Closers;
  /** Where usage of providers is kept; without it none is asked. */
  readonly usage?: UsageLedger;
}): OpenInference {
  const { config, observing, logger, closers, usage } = options;
  const { service, key } = config.inference;
  const local = once(async () => {
    const inference = createLocalInference({ logger });
    closers.add('models', () => inference.close());
    return inference;
  });
  const remote = async (there: NonNullable<typeof service>) => {
    const { createGrpcInference } = await import('../../adapters/grpc/inference-client.js');
    const [{ target }, tls] = [there, await readClientTls(there)];
    const inference = createGrpcInference({
      ...{ target, tls, key, traceparent: observing.tracer.current, random: Math.random },
    });
    closers.add('inference client', () => inference.close());
    return inference;
  };
  /** What does not go over the wire is done here. */
  const besideLocal = async (there: NonNullable<typeof service>): Promise<InferenceClient> => {
    const [far, near, { wireTasks }] = await Promise.all([
      remote(there),
      local(),
      import('../../adapters/grpc/wire-tasks.js'),
    ]);
    return {
      infer: (task, request, asked) => (wireTasks[task] ? far : near).infer(task, request, asked),
      close: async () => void (await Promise.all([far.close(), near.close()])),
    };
  };
  return {
    local,
    forJobs: once(async () => {
      const own = service ? await besideLocal(service) : await local();
      const { metrics } = observing;
      const { providers } = config;
      const asked = usage ? await withProviders(own, { providers, usage, metrics, logger }) : own;
      return observeInference(asked, observing);
    }),
  };
}
