import { defineConfig } from 'vitest/config';
import { toolsPath } from './test/support/tools-path.js';

export default defineConfig({
  test: {
    env: { PATH: toolsPath() },
    globalSetup: ['test/support/global-setup.ts'],
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Two cores are shared by PostgreSQL, ffmpeg and the tests themselves.
    maxWorkers: 2,
  },
});
