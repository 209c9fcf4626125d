import { Readable } from 'node:stream';
import { createLocalBlobStore } from '../../../src/adapters/local-disk/local-blob-store.js';
import { temporaryFiles } from './temporary-files.js';

// Runs on a file system of 1 MiB and reports what a full disk does to a blob store.
const folder = process.argv[2] ?? '';
const store = await createLocalBlobStore({ folder });
const megabytes = (count: number) =>
  Readable.from(
    Array.from({ length: count * 16 }, () => Buffer.alloc(64 * 1024)),
    { objectMode: false },
  );
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (error: { kind?: string; code?: string }) => `${error.kind}/${error.code}`,
  );

const put = await failure(store.put('big', megabytes(2)));
const visible = await store.stat('big');
const temporary = await temporaryFiles(folder);
const append = await failure(store.append('growing', 0, megabytes(2)));
const growing = await store.growing('growing');
await store.discard('growing');
const afterwards = await store.put('small', Buffer.from('fits again'));
process.stdout.write(
  JSON.stringify({
    put,
    visible: visible ?? null,
    temporary,
    append,
    growing,
    afterwards: afterwards.sizeBytes,
  }),
);
