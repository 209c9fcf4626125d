import { systemClock } from '../../../runtime/clock.js';
import { runSagas } from '../../../runtime/saga-runner.js';
import { sagas } from '../../../sagas/index.js';
import { jobQueueCheck } from '../checks.js';
import type { Part, PartContext } from '../part.js';
import { codec, executeUntyped } from '../write-side.js';

/** Drives the processes: from events to jobs and commands. */
export async function sagaPart(context: PartContext): Promise<Part> {
  const { storage, handle, logger, stopping } = context;
  const queue = await context.jobQueue();
  return {
    checks: { jobQueue: jobQueueCheck(queue) },
    metrics: { sagas: storage.sagaStore.status },
    async start() {
      return runSagas({
        store: storage.store,
        sagas,
        sagaStore: storage.sagaStore,
        decode: codec.decode,
        execute: executeUntyped(handle),
        enqueue: (jobs) => queue.enqueue(jobs),
        clock: systemClock,
        logger,
        random: Math.random,
        signal: stopping,
      });
    },
  };
}
