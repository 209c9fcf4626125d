import { text } from 'node:stream/consumers';
import { beforeAll, describe, expect, test } from 'vitest';
import type { BlobStore } from '../../src/core/blob-store.js';
import { brokenStream, codeOf, streamOf } from '../support/streams.js';

/** The part of the blob stores' contract that resumable uploads rest on. */
export function growingObjectsContract(getStore: () => BlobStore): void {
  describe('growing objects', () => {
    let store: BlobStore;
    beforeAll(() => {
      store = getStore();
    });
    const textOf = async (key: string) => text(await store.read(key));
    const textGrowing = async (key: string, start?: number) => text(await store.readGrowing(key, start));

    test('bytes appended at the right offsets grow it; it is no blob before it is finished', async () => {
      expect(await store.growing('u/1')).toBeUndefined();
      expect(await store.append('u/1', 0, streamOf('one '))).toEqual({ sizeBytes: 4 });
      expect(await store.append('u/1', 4, streamOf('two'))).toEqual({ sizeBytes: 7 });
      expect(await store.growing('u/1')).toEqual({ sizeBytes: 7 });
      expect(await textGrowing('u/1')).toBe('one two');
      expect(await textGrowing('u/1', 4)).toBe('two');
      expect(await store.stat('u/1')).toBeUndefined();
      const keys: string[] = [];
      for await (const { key } of store.listGrowing()) keys.push(key);
      expect(keys).toContain('u/1');
    });

    test('an append of nothing at 0 makes an empty one', async () => {
      expect(await store.append('u/empty', 0, streamOf())).toEqual({ sizeBytes: 0 });
      expect(await store.growing('u/empty')).toEqual({ sizeBytes: 0 });
    });

    test('an append at any other offset is refused and changes nothing', async () => {
      expect(await codeOf(store.append('u/2', 1, streamOf('x')))).toBe('offset_mismatch');
      await store.append('u/2', 0, streamOf('abc'));
      expect(await codeOf(store.append('u/2', 0, streamOf('x')))).toBe('offset_mismatch');
      expect(await codeOf(store.append('u/2', 4, streamOf('x')))).toBe('offset_mismatch');
      expect(await textGrowing('u/2')).toBe('abc');
    });

    test('what arrived before the connection broke stays, and the rest goes on from there', async () => {
      expect(await codeOf(store.append('u/3', 0, brokenStream('first ', 'half ')))).toBe('ECONNRESET');
      expect(await store.growing('u/3')).toEqual({ sizeBytes: 11 });
      await store.append('u/3', 11, streamOf('second half'));
      expect(await textGrowing('u/3')).toBe('first half second half');
    });

    test('the last append can be taken back', async () => {
      await store.append('u/5', 0, streamOf('good'));
      await store.append('u/5', 4, streamOf('bad'));
      await store.truncateGrowing('u/5', 4);
      await store.truncateGrowing('u/5', 4);
      expect(await store.growing('u/5')).toEqual({ sizeBytes: 4 });
      await store.append('u/5', 4, streamOf(' better'));
      expect(await textGrowing('u/5')).toBe('good better');
      expect(await codeOf(store.truncateGrowing('u/5', 99))).toBe('offset_mismatch');
      expect(await codeOf(store.truncateGrowing('u/none', 0))).toBe('blob_not_found');
    });

    test('finished, it is a blob and grows no more; finishing again gives the same blob', async () => {
      await store.append('u/6', 0, streamOf('whole'));
      const blob = await store.finish('n/whole', ['u/6']);
      expect(blob).toMatchObject({ key: 'n/whole', sizeBytes: 5 });
      expect(await textOf('n/whole')).toBe('whole');
      expect(await store.growing('u/6')).toBeUndefined();
      expect(await store.finish('n/whole', ['u/6'])).toEqual(blob);
    });

    test('several are joined in their order, and cease to exist', async () => {
      for (const part of ['a', 'b', 'c']) await store.append(`p/${part}`, 0, streamOf(`${part}${part}`));
      const from = ['p/c', 'p/a', 'p/b'];
      expect(await store.finish('n/joined', from)).toMatchObject({ sizeBytes: 6 });
      expect(await textOf('n/joined')).toBe('ccaabb');
      expect(await store.finish('n/joined', from)).toMatchObject({ sizeBytes: 6 });
      for (const key of from) expect(await store.growing(key)).toBeUndefined();
    });

    test('joining tells what it has copied and ends when it is to stop: what is to be joined stays, and can be', async () => {
      for (const part of ['1', '2', '3']) await store.append(`s/${part}`, 0, streamOf(part));
      const from = ['s/1', 's/2', 's/3'];
      const stop = new AbortController();
      const stopped = store.finish('n/stopped', from, {
        signal: stop.signal,
        onCopied: (bytes) => bytes > 0 && stop.abort(new Error('stop')),
      });
      await expect(stopped).rejects.toThrow('stop');
      expect(await store.stat('n/stopped')).toBeUndefined();
      for (const key of from) expect(await store.growing(key)).toEqual({ sizeBytes: 1 });
      let copiedBytes = 0;
      await store.finish('n/stopped', from, { onCopied: (bytes) => (copiedBytes += bytes) });
      expect([copiedBytes, await textOf('n/stopped')]).toEqual([3, '123']);
    });

    test('nothing can be finished from what is not there, and what is there stays', async () => {
      await store.append('p/there', 0, streamOf('there'));
      expect(await codeOf(store.finish('n/none', ['p/there', 'p/not-there']))).toBe('blob_not_found');
      expect(await codeOf(store.finish('n/none', []))).toBe('blob_not_found');
      expect(await store.stat('n/none')).toBeUndefined();
      expect(await textGrowing('p/there')).toBe('there');
    });

    test('a discarded one is gone, discarding can be repeated, and the key can be used anew', async () => {
      await store.append('u/7', 0, streamOf('gone'));
      await store.discard('u/7');
      await store.discard('u/7');
      expect(await store.growing('u/7')).toBeUndefined();
      await store.append('u/7', 0, streamOf('new'));
      expect(await textGrowing('u/7')).toBe('new');
    });
  });
}
