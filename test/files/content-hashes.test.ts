import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createContentHashes } from '../../src/files/content-hashes.js';

const sha256Of = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest('hex');

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
      const readFrom = async function* (start: number) {
        yield stored.subarray(start);
      };
      const hash = await hashes.of('id', stored.length, readFrom);
      expect(hash.digest('hex')).toBe(sha256Of(stored));
    }),
    { numRuns: 500 },
  );
});

test('bytes that all passed by are not read again, and their hash can be asked for once more', async () => {
  const hashes = createContentHashes();
  hashes.update('id', 0, Buffer.from('hello '));
  hashes.update('id', 6, Buffer.from('world'));
  const readAgain = () => {
    throw new Error('read again');
  };
  for (const _ of [1, 2])
    expect((await hashes.of('id', 11, readAgain)).digest('hex')).toBe(sha256Of('hello world'));
});
