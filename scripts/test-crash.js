// `npm run test:crash -- --rounds 300 --seed 1`: the crash test as long as one likes. A failed round is repeated by its seed.
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '15' }, seed: { type: 'string', default: '1' } },
});
const { status } = spawnSync(
  'npx',
  ['vitest', 'run', '--config', 'vitest.e2e.config.ts', 'test/e2e/crash.e2e.ts', '--reporter=verbose'],
  { stdio: 'inherit', env: { ...process.env, CRASH_ROUNDS: values.rounds, CRASH_SEED: values.seed } },
);
process.exit(status ?? 1);
