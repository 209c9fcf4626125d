import { defineConfig } from 'vitest/config';

/** The built product as its users run it; needs `npm run build`. */
export default defineConfig({
  test: {
    include: ['test/e2e/**/*.e2e.ts'],
    testTimeout: 180_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
});
