import { z } from 'zod';
import type { Read } from './values.js';

/** What clients may send, and for how long it is kept for them. */
export const uploadVariables = {
  MEDIAFLOW_MAXIMUM_UPLOAD_BYTES: z.coerce
    .number()
    .int()
    .positive()
    .default(50 * 1024 ** 3)
    .describe('Largest file that is taken (default 50 GiB)'),
  MEDIAFLOW_KEEP_FREE_BYTES: z.coerce
    .number()
    .int()
    .nonnegative()
    .default(128 * 1024 ** 2)
    .describe('Disk space that uploads and the work on them leave alone (default 128 MiB)'),
  MEDIAFLOW_UPLOAD_EXPIRY_SECONDS: z.coerce
    .number()
    .positive()
    .default(24 * 3600)
    .describe('Time without activity after which an unfinished upload is given up (default one day)'),
  MEDIAFLOW_UPLOAD_RESERVATION_SECONDS: z.coerce
    .number()
    .positive()
    .default(600)
    .describe(
      'Time without activity after which disk space is no longer kept for an unfinished upload, which goes on where there is some (default 10 minutes)',
    ),
  MEDIAFLOW_MAXIMUM_OPEN_UPLOADS: z.coerce
    .number()
    .int()
    .positive()
    .default(10_000)
    .describe('Uploads that may be unfinished at once; more are answered 429'),
  MEDIAFLOW_MAXIMUM_OPEN_UPLOADS_PER_CALLER: z.coerce
    .number()
    .int()
    .positive()
    .default(5_000)
    .describe('The same for one key'),
};

export interface UploadConfig {
  readonly maximumSizeBytes: number;
  readonly keepFreeBytes: number;
  readonly expirySeconds: number;
  readonly reservationSeconds: number;
  readonly maximumOpen: number;
  readonly maximumOpenPerCaller: number;
}

export const readUploads = (env: Read<typeof uploadVariables>): UploadConfig => ({
  maximumSizeBytes: env.MEDIAFLOW_MAXIMUM_UPLOAD_BYTES,
  keepFreeBytes: env.MEDIAFLOW_KEEP_FREE_BYTES,
  expirySeconds: env.MEDIAFLOW_UPLOAD_EXPIRY_SECONDS,
  reservationSeconds: env.MEDIAFLOW_UPLOAD_RESERVATION_SECONDS,
  maximumOpen: env.MEDIAFLOW_MAXIMUM_OPEN_UPLOADS,
  maximumOpenPerCaller: env.MEDIAFLOW_MAXIMUM_OPEN_UPLOADS_PER_CALLER,
});
