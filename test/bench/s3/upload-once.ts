// One upload in a process of its own, so that its memory is its own: `whole`, `resumable` or `peer`, and how many bytes.
import { randomFillSync } from 'node:crypto';
import { Readable } from 'node:stream';
import { Upload } from '@aws-sdk/lib-storage';
import { openS3BlobStore } from '../../../src/adapters/s3/s3-blob-store.js';
import { connectS3, type S3Place } from '../../../src/adapters/s3/s3-client.js';
import type { Appending } from '../../../src/core/blob-store.js';
import { ownProcessorSeconds, peakMegabytes, resetPeak, residentMegabytes } from '../support/processes.js';

const [who = '', size, placeJson = ''] = process.argv.slice(2);
const sizeBytes = Number(size);
const place = JSON.parse(placeJson) as S3Place;
const CHUNK_BYTES = 1024 ** 2;
const block = randomFillSync(Buffer.alloc(16 * CHUNK_BYTES));

const bytes = (): Readable =>
  Readable.from(
    (function* () {
      for (let sent = 0; sent < sizeBytes; sent += CHUNK_BYTES) {
        const start = sent % block.length;
        yield block.subarray(start, start + Math.min(CHUNK_BYTES, sizeBytes - sent));
      }
    })(),
    { objectMode: false },
  );

const ORIGINAL = 'media/bench/original';

/** As requests do: growing, then one object whose hash is known. */
async function ours(appending: Appending): Promise<void> {
  const store = await openS3BlobStore(place);
  await store.append('uploads/bench', 0, bytes(), appending);
  await store.finish(ORIGINAL, ['uploads/bench']);
}

/** As the SDK does it by itself: parts of 8 MiB, four at once, no hash of the whole. */
async function peer(): Promise<void> {
  const { client } = await connectS3(place);
  const params = { Bucket: place.bucket, Key: `${place.prefix}peer`, Body: bytes() };
  await new Upload({ client, params, partSize: 8 * CHUNK_BYTES, queueSize: 4 }).done();
}

const uploads: Readonly<Record<string, () => Promise<void>>> = {
  whole: () => ours({ becomes: ORIGINAL }),
  resumable: () => ours({}),
  peer,
};

await connectS3(place);
const baseMegabytes = await residentMegabytes(process.pid);
await resetPeak(process.pid);
const processorSeconds = await ownProcessorSeconds(process.pid);
const begunAt = performance.now();
await uploads[who]?.();
console.log(
  JSON.stringify({
    seconds: (performance.now() - begunAt) / 1000,
    processorSeconds: (await ownProcessorSeconds(process.pid)) - processorSeconds,
    grownMegabytes: (await peakMegabytes(process.pid)) - baseMegabytes,
  }),
);
process.exit(0);
