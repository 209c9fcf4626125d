import { z } from 'zod';
import type { Read } from './values.js';

/** Where answers are kept at hand. */
export const hotViewVariables = {
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
}

export const readHotViews = (env: Read<typeof hotViewVariables>): HotViewConfig => ({
  maximumBytes: env.MEDIAFLOW_HOT_VIEW_BYTES,
});
