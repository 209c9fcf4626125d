import { Readable } from 'node:stream';
import { createLocalBlobStore } from '../../../src/adapters/local-disk/local-blob-store.js';

// Says what has been acknowledged while it goes on appending, to be killed in the middle of it.
const store = await createLocalBlobStore({ folder: process.argv[2] ?? '' });
const chunk = Buffer.alloc(64 * 1024, 'x');
const { sizeBytes } = await store.append('killed', 0, Readable.from([chunk], { objectMode: false }));

function* enoughToBeKilledIn() {
  for (let written = 0; written < 4000; written++) {
    if (written === 10) process.stdout.write(`${sizeBytes}\n`);
    yield chunk;
  }
}
await store.append('killed', sizeBytes, Readable.from(enoughToBeKilledIn(), { objectMode: false }));
