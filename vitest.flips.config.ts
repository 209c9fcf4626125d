import { defineConfig } from 'vitest/config';
import { toolsPath } from './test/support/tools-path.js';

/** Files with flipped bytes through all tools: many processes that each live for a moment, so they have a command of their own. */
export default defineConfig({
  test: {
    env: { PATH: toolsPath() },
    include: ['test/**/*.flips.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
