import { text } from 'node:stream/consumers';
import { beforeEach, describe, expect, test } from 'vitest';
import type { BlobStore } from '../../src/core/blob-store.js';
import { codeOf } from '../support/streams.js';

/** What a blob store keeps that can have several keys for the same bytes; of one that cannot, nothing is asked. */
export function sharedBytesContract(store: () => BlobStore): void {
  const put = (key: string, bytes: string) => store().put(`shared/${key}`, Buffer.from(bytes));
  const share = (from: string, to: string, signal?: AbortSignal) =>
    store().shareBytes?.(`shared/${from}`, `shared/${to}`, signal) as Promise<boolean>;
  const textOf = async (key: string) => text(await store().read(`shared/${key}`));
  const placeOf = async (key: string) => (await store().stat(`shared/${key}`))?.sharedAs;

  describe('bytes of several keys', () => {
    beforeEach(async ({ skip }) => {
      if (!store().shareBytes) skip('each key has bytes of its own');
      await store().remove('shared');
    });

    test('lie in one place once they are shared, which each of them tells, and read as before', async () => {
      for (const key of ['a', 'b', 'c']) await put(key, 'the same');
      expect([await placeOf('a'), await placeOf('b')]).toEqual([undefined, undefined]);
      expect([await share('a', 'b'), await share('b', 'c'), await share('a', 'c')]).toEqual([
        true,
        true,
        true,
      ]);
      const places = new Set([await placeOf('a'), await placeOf('b'), await placeOf('c')]);
      expect([...places]).toEqual([expect.any(String)]);
      const listed: (string | undefined)[] = [];
      for await (const { sharedAs } of store().list('shared')) listed.push(sharedAs);
      expect(new Set(listed)).toEqual(places);
      expect([await textOf('a'), await textOf('b'), await textOf('c')]).toEqual(Array(3).fill('the same'));
    });

    test('stay with each key when another is removed or put anew, and are its own with the last', async () => {
      for (const key of ['a', 'b', 'c']) await put(key, 'the same');
      await share('a', 'b');
      await share('a', 'c');
      await store().remove('shared/a');
      expect([await textOf('b'), await textOf('c')]).toEqual(['the same', 'the same']);
      await put('b', 'another');
      expect([await textOf('b'), await textOf('c')]).toEqual(['another', 'the same']);
      expect([await placeOf('b'), await placeOf('c')]).toEqual([undefined, undefined]);
    });

    test.each([
      ['another byte', 'the same', 'the sane'],
      ['another length', 'the same', 'the same and more'],
    ])('are not shared with %s', async (_, one, other) => {
      await put('a', one);
      await put('b', other);
      expect(await share('a', 'b')).toBe(false);
      expect([await textOf('a'), await textOf('b')]).toEqual([one, other]);
      expect(await placeOf('b')).toBeUndefined();
    });

    test('are compared to the last of many', async () => {
      const bytes = Buffer.alloc(3 * 1024 * 1024 + 5, 'x');
      const other = Buffer.from(bytes);
      other[other.length - 1] = 0;
      for (const [key, each] of Object.entries({ a: bytes, b: Buffer.from(bytes), c: other }))
        await store().put(`shared/${key}`, each);
      expect([await share('a', 'b'), await share('a', 'c')]).toEqual([true, false]);
    });

    test('bring no key back that is gone, and are no trouble', async () => {
      await put('a', 'the same');
      expect([await share('a', 'gone'), await share('gone', 'a'), await share('gone', 'lost')]).toEqual([
        false,
        false,
        false,
      ]);
      expect(await store().stat('shared/gone')).toBeUndefined();
      expect(await textOf('a')).toBe('the same');
    });

    test('are each key’s own where it is called off', async () => {
      await put('a', 'the same');
      await put('b', 'the same');
      const reason = Object.assign(new Error('stopped'), { code: 'STOPPED' });
      expect(await codeOf(share('a', 'b', AbortSignal.abort(reason)))).toBe('STOPPED');
      expect(await placeOf('a')).toBeUndefined();
      expect(await codeOf(share('..', 'b'))).toBe('invalid_blob_key');
    });
  });
}
