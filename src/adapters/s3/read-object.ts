import { Readable } from 'node:stream';
import type { GetObjectCommandOutput } from '@aws-sdk/client-s3';
import type { S3Connection } from './s3-client.js';
import { isMissing, isPassingS3, tellS3Error } from './s3-errors.js';

interface Wanted {
  readonly key: string;
  readonly start: number;
  /** The last byte, undefined for all there are. */
  readonly last: number | undefined;
  readonly signal: AbortSignal | undefined;
}

/** A connection that breaks, or brings nothing for so long, is taken up where it stood, so often without a byte more. */
const SILENCE_MILLISECONDS = 30_000;
const CONTINUATIONS = 3;

/** Bytes of an object as they come, undefined where there is no such object. Throws what the first answer says. */
export async function readObject(
  s3: S3Connection,
  wanted: Wanted,
  { silenceMilliseconds = SILENCE_MILLISECONDS } = {},
): Promise<Readable | undefined> {
  try {
    const first = await get(s3, wanted, {});
    const bytes = Readable.from(continued(s3, wanted, first, silenceMilliseconds), { objectMode: false });
    // A generator that nobody has begun ends without a word, and its connection would be held for good.
    return bytes.once('close', () => (first.Body as Readable).destroy());
  } catch (error) {
    if (isMissing(error)) return undefined;
    wanted.signal?.throwIfAborted();
    throw tellS3Error(error);
  }
}

async function get(
  { client, commands, bucket, prefix }: S3Connection,
  { key, start, last, signal }: Wanted,
  condition: { readonly IfMatch?: string },
): Promise<GetObjectCommandOutput> {
  const isWhole = start === 0 && last === undefined;
  const Range = isWhole ? undefined : `bytes=${start}-${last ?? ''}`;
  const command = new commands.GetObjectCommand({ Bucket: bucket, Key: prefix + key, Range, ...condition });
  return client.send(command, signal ? { abortSignal: signal } : {});
}

async function* continued(
  s3: S3Connection,
  wanted: Wanted,
  first: GetObjectCommandOutput,
  silenceMilliseconds: number,
): AsyncGenerator<Uint8Array> {
  let answer = first;
  let received = 0;
  for (let left = CONTINUATIONS; ; left -= 1) {
    const before = received;
    try {
      for await (const chunk of whileItComes(answer.Body as Readable, silenceMilliseconds, wanted.signal)) {
        received += chunk.length;
        yield chunk;
      }
      return;
    } catch (error) {
      wanted.signal?.throwIfAborted();
      if (received > before) left = CONTINUATIONS;
      if (left === 0 || !isPassingS3(error)) throw tellS3Error(error);
    }
    if (received === (first.ContentLength ?? Infinity)) return;
    const rest = { ...wanted, start: wanted.start + received };
    // Only more of the same object.
    answer = await get(s3, rest, first.ETag ? { IfMatch: first.ETag } : {}).catch((error: unknown) => {
      throw tellS3Error(error);
    });
  }
}

async function* whileItComes(
  body: Readable,
  silenceMilliseconds: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  let isWaiting = true;
  const silence = setTimeout(() => {
    if (isWaiting) body.destroy(new Error('The S3 server fell silent'));
  }, silenceMilliseconds);
  const stop = () => body.destroy(signal?.reason);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      // A reader that is slow is no silence of the server's. A timer that was cleared would not begin anew.
      isWaiting = false;
      yield chunk;
      isWaiting = true;
      silence.refresh();
    }
  } finally {
    clearTimeout(silence);
    signal?.removeEventListener('abort', stop);
    body.destroy();
  }
}
