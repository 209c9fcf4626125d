import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { versityGateway } from '../../../../scripts/services/s3/versity-gateway.js';
import { startSpawnedServer } from './spawned-server.js';

const BUCKET = 'mediaflow';
const KEYS = { AWS_ACCESS_KEY_ID: 'mediaflow', AWS_SECRET_ACCESS_KEY: 'mediaflow-tests' } as const;
const REGION = 'us-east-1';

/** For the processes, beside the endpoint. */
export const s3Environment = { ...KEYS, AWS_REGION: REGION, S3_BUCKET: BUCKET };

/** A bucket is a folder, and an object a file in it. */
export const bucketIn = (folder: string): string => join(folder, 'buckets', BUCKET);

export async function startS3(folder: string, port: number) {
  await mkdir(bucketIn(folder), { recursive: true });
  return startSpawnedServer({
    program: versityGateway,
    args: [
      ...['--port', `127.0.0.1:${port}`, '--access', KEYS.AWS_ACCESS_KEY_ID],
      ...['--secret', KEYS.AWS_SECRET_ACCESS_KEY, '--region', REGION, '--health', '/_health', '--quiet'],
      ...['posix', join(folder, 'buckets')],
    ],
    logFile: join(folder, 's3.log'),
    async answers() {
      const { ok, status } = await fetch(`http://127.0.0.1:${port}/_health`);
      if (!ok) throw new Error(`The S3 server answered ${status}`);
    },
  });
}
