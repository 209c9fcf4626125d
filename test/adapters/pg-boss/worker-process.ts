import { createPgBossJobQueue } from '../../../src/adapters/pg-boss/job-queue.js';
import type { JobPolicy } from '../../../src/core/job.js';
import { silentLogger } from '../../../src/core/logger.js';

/** A worker that takes one job after another, says so, and never ends them: somebody has to kill it. */
const [connectionString = '', kind = '', policyJson = ''] = process.argv.slice(2);
const policy: JobPolicy = JSON.parse(policyJson);
const queue = await createPgBossJobQueue({
  connectionString,
  kinds: [{ kind, policy }],
  logger: silentLogger,
});
await queue.work(kind, { concurrency: 5, policy }, ({ id, attempt }) => {
  process.stdout.write(`${JSON.stringify({ id, attempt })}\n`);
  return new Promise(() => {});
});
