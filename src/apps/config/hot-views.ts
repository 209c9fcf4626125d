import { z } from 'zod';
import type { Read } from './values.js';

/** Where answers are kept at hand. */
export const hotViewVariables = {
  REDIS_URL: z
    .url({ protocol: /^rediss?$/, error: 'has to be like redis://user:password@host:6379/0' })
    .optional()
    .describe(
      'A Redis (or Valkey) in which processes share answers they have at hand, and how often callers have shown wrong keys. Nothing is lost with it; `rediss:` for TLS',
    ),
  REDIS_PREFIX: z
    .string()
    .max(100)
    .regex(/^[\w:.{}-]*$/, 'has to be of letters, digits, _ : . - { }')
    .default('mediaflow:')
    .describe('What all keys in Redis begin with, where others use it too'),
  MEDIAFLOW_HOT_VIEW_BYTES: z.coerce
    .number()
    .int()
    .min(0)
    .default(64 * 1024 ** 2)
    .describe(
      'Memory that each process takes for answers it has at hand, twice: as they are, and as they were sent (default 64 MiB); 0 has everything come from the database',
    ),
};

export interface HotViewConfig {
  readonly maximumBytes: number;
  /** What keys begin with where they are shared. */
  readonly prefix: string;
}

export const readHotViews = (env: Read<typeof hotViewVariables>): HotViewConfig => ({
  maximumBytes: env.MEDIAFLOW_HOT_VIEW_BYTES,
  prefix: env.REDIS_PREFIX,
});
