import { defineConfig } from 'vitest/config';
import { toolsPath } from './test/support/tools-path.js';

export default defineConfig({
  test: {
    env: { PATH: toolsPath() },
    globalSetup: ['test/support/global-setup.ts'],
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // What is waited for may take a busy machine longer than the second that is the default.
    expect: { poll: { timeout: 20_000 } },
    // Two cores are shared by PostgreSQL, ffmpeg and the tests themselves.
    maxWorkers: 2,
  },
});
