import { z } from 'zod';
import type { Read } from './values.js';

const days = (preset: number) => z.coerce.number().int().min(1).max(3650).default(preset);

/** How long what is over is kept. */
export const retentionVariables = {
  MEDIAFLOW_KEEP_FAILED_DAYS: days(90).describe(
    'Days that dead letters nobody has replayed, and refused outputs of sagas, are kept',
  ),
  MEDIAFLOW_KEEP_FINISHED_DAYS: days(14).describe(
    'Days that finished jobs and replayed dead letters are kept',
  ),
};

export interface RetentionConfig {
  readonly failedSeconds: number;
  readonly finishedSeconds: number;
}

export const readRetention = (env: Read<typeof retentionVariables>): RetentionConfig => ({
  failedSeconds: env.MEDIAFLOW_KEEP_FAILED_DAYS * 86_400,
  finishedSeconds: env.MEDIAFLOW_KEEP_FINISHED_DAYS * 86_400,
});
