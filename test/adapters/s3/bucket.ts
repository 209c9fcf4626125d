import { randomUUID } from 'node:crypto';
import type { S3Place } from '../../../src/adapters/s3/s3-client.js';
import { engine } from '../../support/engines.js';

/** A place of its own in the bucket of the S3 server that runs, whose keys are set in the environment. */
export function placeInBucket(): S3Place {
  const { S3_ENDPOINT, S3_BUCKET, ...keys } = engine('s3');
  Object.assign(process.env, keys);
  return { endpoint: S3_ENDPOINT, bucket: S3_BUCKET, prefix: `test-${randomUUID()}/` };
}
