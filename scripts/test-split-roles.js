// `npm run test:split-roles -- --disturbances 200 --seed 1`: every role in processes of its own on every engine, under fire for as long as one likes.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    disturbances: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    // What carries the jobs: kafka or postgres; kafka unless told otherwise, as in the product once there are brokers.
    jobs: { type: 'string', default: 'kafka' },
    // A folder for what is there at the end: logs, the store, the database.
    logs: { type: 'string' },
  },
});
const logs = values.logs === undefined ? '' : resolve(values.logs);
if (logs) mkdirSync(logs, { recursive: true });
const { status } = spawnSync(
  'npx',
  [
    'vitest',
    'run',
    '--config',
    'vitest.engines.config.ts',
    'test/e2e/split-roles.engine.ts',
    '--reporter=verbose',
  ],
  {
    stdio: 'inherit',
    env: {
      ...process.env,
      SPLIT_ROLES_DISTURBANCES: values.disturbances,
      SPLIT_ROLES_SEED: values.seed,
      SPLIT_ROLES_JOBS: values.jobs,
      SPLIT_ROLES_LOGS: logs,
    },
  },
);
process.exit(status ?? 1);
