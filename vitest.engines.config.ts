import { defineConfig } from 'vitest/config';
import { toolsPath } from './test/support/tools-path.js';

/** What speaks to engines that `npm run services -- up` brings up; a suite whose engine is missing fails. */
export default defineConfig({
  test: {
    env: {
      PATH: toolsPath(),
      // kafkajs tells of its change of partitioner in 2.0 at every start.
      KAFKAJS_NO_PARTITIONER_WARNING: '1',
    },
    globalSetup: ['test/support/engines-setup.ts'],
    include: ['test/**/*.engine.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
    maxWorkers: 2,
  },
});
