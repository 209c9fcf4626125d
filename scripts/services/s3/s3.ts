import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startDetached } from '../processes.js';
import type { Service } from '../service.js';
import { provideVersityGateway, versityGateway } from './versity-gateway.js';

// Of a server that listens on this machine alone, for as long as tests run.
const ACCESS_KEY = 'mediaflow';
const SECRET_KEY = 'mediaflow-tests';
const REGION = 'us-east-1';
const BUCKET = 'mediaflow';

/** Versity's gateway on a local folder: the S3 API with multipart, checksums and conditional puts, but without lifecycle rules. */
export const s3: Service = {
  title: 'Versity S3 Gateway 1.8.0',
  prepare: provideVersityGateway,
  async start({ folder, logFile, freePort }) {
    const port = await freePort();
    // A bucket is a folder.
    await mkdir(join(folder, 'buckets', BUCKET), { recursive: true });
    const { pid } = await startDetached(
      versityGateway,
      [
        ...['--port', `127.0.0.1:${port}`, '--access', ACCESS_KEY, '--secret', SECRET_KEY],
        ...['--region', REGION, '--health', '/_health', '--quiet'],
        ...['posix', join(folder, 'buckets')],
      ],
      { logFile, folder },
    );
    const endpoint = `http://127.0.0.1:${port}`;
    return {
      pid,
      async answer() {
        const { ok, status } = await fetch(`${endpoint}/_health`);
        if (!ok) throw new Error(`The S3 server answered ${status}`);
        return {
          S3_ENDPOINT: endpoint,
          S3_BUCKET: BUCKET,
          AWS_ACCESS_KEY_ID: ACCESS_KEY,
          AWS_SECRET_ACCESS_KEY: SECRET_KEY,
          AWS_REGION: REGION,
        };
      },
    };
  },
};
