import { Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createContentHashes } from '../../../../src/commands/uploads/receiving/content-hashes.js';
import { digestOf } from '../upload-server.js';

/** What can happen to an upload's bytes between two digests. */
const step = fc.oneof(
  fc.record({ append: fc.uint8Array({ minLength: 1, maxLength: 8 }), written: fc.nat(8) }),
  fc.record({ truncateTo: fc.nat(30) }),
  fc.record({ restart: fc.constant(true) }),
);

test('the digest is that of the stored bytes, whatever was written short, taken back or forgotten', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      let hashes = createContentHashes();
      let stored = Buffer.alloc(0);
      for (const action of steps) {
        if ('append' in action) {
          hashes.update('id', stored.length, action.append);
          // A full disk may keep less than what passed by.
          stored = Buffer.concat([stored, action.append.subarray(0, action.written)]);
        } else if ('truncateTo' in action) stored = stored.subarray(0, action.truncateTo);
        else hashes = createContentHashes();
      }
      const digest = await hashes.digest('id', stored.length, async (start) =>
        Readable.from([stored.subarray(start)], { objectMode: false }),
      );
      expect(digest).toBe(digestOf('sha256', stored));
    }),
    { numRuns: 500 },
  );
});

test('bytes that all passed by are not read again', async () => {
  const hashes = createContentHashes();
  hashes.update('id', 0, Buffer.from('hello '));
  hashes.update('id', 6, Buffer.from('world'));
  const digest = await hashes.digest('id', 11, () => Promise.reject(new Error('read again')));
  expect(digest).toBe(digestOf('sha256', 'hello world'));
});
