import { z } from 'zod';
import type { Read } from './values.js';

/** Where files are kept. */
export const storageVariables = {
  S3_BUCKET: z
    .string()
    .min(3)
    .max(63)
    .optional()
    .describe(
      'Bucket that keeps all files instead of the data folder. Keys, region, profile and role are those of the AWS SDK’s usual variables and files (`AWS_REGION`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` …)',
    ),
  S3_ENDPOINT: z
    .url({ protocol: /^https?$/, error: 'has to be like https://s3.example.com' })
    .optional()
    .describe('Address of an S3 server other than AWS’s; the bucket is then named in the path'),
  S3_PREFIX: z
    .string()
    .max(100)
    .regex(/^([A-Za-z0-9._-]+\/)*$/, 'has to be empty or end in /, of letters, digits, . _ -')
    .default('')
    .describe('What all keys in the bucket begin with, such as `mediaflow/`'),
  MEDIAFLOW_DELIVERY: z
    .enum(['serve', 'redirect'])
    .default('serve')
    .describe(
      'Whether segments and originals in a bucket are served, or clients are sent to an address of the bucket that is good for ten minutes (`redirect`; its CORS rules have to let every origin read)',
    ),
  MEDIAFLOW_ORIGINALS_CACHE_BYTES: z.coerce
    .number()
    .int()
    .nonnegative()
    .default(20 * 1024 ** 3)
    .describe(
      'Disk space of the data folder in which the workers of a host keep originals that they have fetched from S3, for all steps (default 20 GiB)',
    ),
};

export interface StorageConfig {
  readonly originalsCacheBytes: number;
  /** Whether clients read large files from the bucket themselves. */
  readonly isReadByClients: boolean;
  /** Undefined means the data folder. */
  readonly s3:
    | { readonly bucket: string; readonly endpoint: string | undefined; readonly prefix: string }
    | undefined;
}

export const readStorage = (env: Read<typeof storageVariables>): StorageConfig => ({
  isReadByClients: env.MEDIAFLOW_DELIVERY === 'redirect',
  originalsCacheBytes: env.MEDIAFLOW_ORIGINALS_CACHE_BYTES,
  s3: env.S3_BUCKET ? { bucket: env.S3_BUCKET, endpoint: env.S3_ENDPOINT, prefix: env.S3_PREFIX } : undefined,
});
