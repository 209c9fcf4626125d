import { describe } from 'vitest';
import type { DeliveryPromise } from '../../src/core/job-consumer.js';
import { attemptBehaviour } from './job-queue-attempts.js';
import { createJobQueueBench, type JobQueueHarness } from './job-queue-bench.js';
import { cancellingBehaviour } from './job-queue-cancelling.js';
import { deadLetterBehaviour } from './job-queue-dead-letters.js';
import { deliveryBehaviour } from './job-queue-delivery.js';
import { fairnessBehaviour } from './job-queue-fairness.js';
import { orderBehaviour } from './job-queue-order.js';
import { sendingBehaviour } from './job-queue-sending.js';

/**
 * What every job queue does, whatever engine its jobs lie in. Its retries may be late, by up to the adapter's poll interval.
 *
 * Said of a log such as Kafka: a key keeps its order as in a partition, also over retries and dead letters, which no client
 * brings along (a topic for each wait, with a time not before which it is read, and one for what failed for good). The
 * lease of a long job is kept by heartbeats while its partition is paused. When a group is balanced anew, or its member
 * dies, what was not committed is delivered again: as the same attempt where the queue says `at-least-once`, and as the
 * next one when nothing has been heard of the last for a lease.
 */
export function jobQueueContract(
  name: string,
  promises: { readonly delivers: DeliveryPromise },
  createHarness: () => Promise<JobQueueHarness>,
): void {
  describe(`job queue contract: ${name}`, () => {
    const bench = createJobQueueBench(createHarness);
    sendingBehaviour(bench);
    orderBehaviour(bench);
    fairnessBehaviour(bench);
    attemptBehaviour(bench);
    deliveryBehaviour(promises.delivers, bench);
    deadLetterBehaviour(bench);
    cancellingBehaviour(bench);
  });
}
