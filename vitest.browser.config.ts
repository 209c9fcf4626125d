import { defineConfig } from 'vitest/config';
import { toolsPath } from './test/support/tools-path.js';

/** What the built product serves, in Debian's Chromium with hls.js; needs `npm run build` and `apt-get install chromium`. */
export default defineConfig({
  test: {
    env: { PATH: toolsPath() },
    include: ['test/browser/**/*.browser.ts'],
    testTimeout: 120_000,
    hookTimeout: 240_000,
    fileParallelism: false,
  },
});
