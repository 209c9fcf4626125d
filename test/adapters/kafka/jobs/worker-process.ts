import { openKafkaJobQueue } from './kafka-queues.js';

/** A worker that takes one job after another, says so, and never ends them: somebody has to kill it. */
const { kind, policy, ...options } = JSON.parse(process.argv[2] ?? '');
const queue = await openKafkaJobQueue({ ...options, policies: [{ kind, policy }] });
await queue.work(kind, { concurrency: 5, policy }, ({ id, attempt }) => {
  process.stdout.write(`${JSON.stringify({ id, attempt })}\n`);
  return new Promise(() => {});
});
