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
};

export interface StorageConfig {
  /** Undefined means the data folder. */
  readonly s3:
    | { readonly bucket: string; readonly endpoint: string | undefined; readonly prefix: string }
    | undefined;
}

export const readStorage = (env: Read<typeof storageVariables>): StorageConfig => ({
  s3: env.S3_BUCKET ? { bucket: env.S3_BUCKET, endpoint: env.S3_ENDPOINT, prefix: env.S3_PREFIX } : undefined,
});
