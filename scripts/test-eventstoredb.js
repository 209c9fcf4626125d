// The suite of event stores on EventStoreDB, in one file that Node alone runs: `dist/test-eventstoredb.mjs`, which can be carried
// to a machine that has a real server. It speaks to the one that EVENTSTOREDB_URL names; without it, to one that it brings.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';

const root = new URL('../', import.meta.url);
const pathOf = (path) => fileURLToPath(new URL(path, root));
const file = pathOf('dist/test-eventstoredb.mjs');

await build({
  input: pathOf('test/adapters/eventstoredb/event-store.contract.test.ts'),
  platform: 'node',
  resolve: {
    alias: { vitest: pathOf('test/support/without-vitest/vitest.ts') },
    extensionAlias: { '.js': ['.ts', '.js'] },
  },
  output: { file, format: 'esm', codeSplitting: false },
  logLevel: 'warn',
});
if (process.argv.includes('--bundle')) {
  console.log(file);
} else {
  const server = process.env.EVENTSTOREDB_URL
    ? 'the server of EVENTSTOREDB_URL'
    : 'the server that it brings';
  console.log(`The suite of event stores, on ${server}:`);
  const { status } = spawnSync(process.execPath, ['--test-reporter=spec', file], { stdio: 'inherit' });
  process.exit(status ?? 1);
}
