import { Readable } from 'node:stream';
import { createLocalBlobStore } from '../../../src/adapters/local-disk/local-blob-store.js';

/** Begins to write a blob, says so, and never ends. */
const [folder = ''] = process.argv.slice(2);
const store = await createLocalBlobStore({ folder });
async function* endless() {
  yield Buffer.from('half');
  process.stdout.write(`${JSON.stringify({ writing: true })}\n`);
  await new Promise(() => {});
}
process.stdin.resume();
await store.put('never', Readable.from(endless()));
