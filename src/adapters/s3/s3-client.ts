import type { S3Client } from '@aws-sdk/client-s3';
import { noTracer, type Tracer } from '../../core/tracer.js';
import { traceRequests } from './trace-requests.js';

export interface S3Place {
  readonly bucket: string;
  /** Of a server other than AWS's, such as `http://127.0.0.1:9000`. */
  readonly endpoint?: string | undefined;
  /** Before all keys, `''` or ending in `/`. */
  readonly prefix: string;
}

/** Region, keys, profiles and roles come from the SDK's usual variables and files. */
export interface S3Connection extends S3Place {
  readonly client: S3Client;
  readonly commands: typeof import('@aws-sdk/client-s3');
}

const CONNECT_MILLISECONDS = 5_000;
const ANSWER_MILLISECONDS = 60_000;
/** Servers that copy on a disk answer when they are done with gigabytes. */
export const COPY_MILLISECONDS = 900_000;
const CONNECTIONS = 128;

/** The SDK is loaded by whoever uses S3 only: it is some 20 MB of code. */
export async function connectS3(place: S3Place, tracer: Tracer = noTracer): Promise<S3Connection> {
  const commands = await import('@aws-sdk/client-s3');
  const { endpoint } = place;
  const client = new commands.S3Client({
    // Other servers have a name for one host, not for each bucket.
    ...(endpoint ? { endpoint, forcePathStyle: true } : {}),
    // A region is signed in any case; what is not AWS takes this one.
    ...(endpoint && !process.env.AWS_REGION ? { region: 'us-east-1' } : {}),
    // Of what is read SHA-256 is known, where it matters; to check it here again costs more than reading it.
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: CONNECT_MILLISECONDS,
      requestTimeout: ANSWER_MILLISECONDS,
      throwOnRequestTimeout: true,
      socketTimeout: COPY_MILLISECONDS,
      httpAgent: { maxSockets: CONNECTIONS },
      httpsAgent: { maxSockets: CONNECTIONS },
    },
  });
  traceRequests(client, tracer);
  return { ...place, client, commands };
}
