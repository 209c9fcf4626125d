// `npm run test:flips -- --per-format 300 --seed 1`: files with flipped bytes, as many as one likes. The same seed flips the same bytes.
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { 'per-format': { type: 'string', default: '300' }, seed: { type: 'string', default: '1' } },
});
const { status } = spawnSync(
  'npx',
  ['vitest', 'run', '--config', 'vitest.flips.config.ts', '--reporter=verbose'],
  {
    stdio: 'inherit',
    env: { ...process.env, FLIPS_PER_FORMAT: values['per-format'], FLIPS_SEED: values.seed },
  },
);
process.exit(status ?? 1);
