import { defineConfig } from 'vitest/config';
import { toolsPath } from './test/support/tools-path.js';

/** The built product as its users run it; needs `npm run build`. */
export default defineConfig({
  test: {
    env: { PATH: toolsPath() },
    include: ['test/e2e/**/*.e2e.ts'],
    testTimeout: 180_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
});
