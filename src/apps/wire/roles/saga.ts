import { lagSecondsIn } from '../../../observing/standing.js';
import { systemClock } from '../../../runtime/clock.js';
import { runSagas } from '../../../runtime/saga/saga-runner.js';
import { keepHouse } from '../../../runtime/storage/housekeeping.js';
import { sagas } from '../../../sagas/index.js';
import { jobQueueCheck } from '../checks.js';
import type { Part, PartContext } from '../part.js';
import { queueMetrics } from '../queue-metrics.js';
import { codec, executeUntyped } from '../write-side.js';

/** Drives the processes: from events to jobs and commands, and puts away what is left of them. */
export async function sagaPart(context: PartContext): Promise<Part> {
  const { config, storage, execute, observing, logger, stopping } = context;
  const queue = await context.jobQueue();
  return {
    checks: { jobQueue: jobQueueCheck(queue, storage.presence) },
    metrics: {
      sagas: {
        list: storage.sagaStore.status,
        known: sagas,
        lagSeconds: lagSecondsIn(storage.sealedLog),
      },
      ...queueMetrics(queue, storage.presence),
    },
    async start() {
      const running = runSagas({
        store: storage.sealedLog,
        sagas,
        sagaStore: storage.sagaStore,
        decode: codec.decode,
        execute: executeUntyped(execute),
        ...{ queue, tracer: observing.tracer },
        clock: systemClock,
        logger,
        random: Math.random,
        signal: stopping,
      });
      const housekeeping = keepHouse({
        ...{ retention: config.retention, queue, sagaStore: storage.sagaStore },
        ...{ clock: systemClock, logger, signal: stopping },
      });
      return { done: Promise.all([running.done, housekeeping]) };
    },
  };
}
