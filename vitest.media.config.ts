import { defineConfig } from 'vitest/config';
import { toolsPath } from './test/support/tools-path.js';

/** Every odd file through every tool, of both sets of tools: minutes of encoding, so they have a command of their own. */
export default defineConfig({
  test: {
    env: { PATH: toolsPath() },
    include: ['test/**/*.matrix.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
