import { createHash } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { beforeAll, describe, expect, test } from 'vitest';
import type { BlobStore } from '../../src/core/blob-store.js';
import { brokenStream, codeOf, streamOf } from '../support/streams.js';

const sha256Of = (bytes: string) => createHash('sha256').update(bytes).digest('hex');

/** The part of the blob stores' contract that resumable uploads rest on; `reopen` gives the store as a restart finds it. */
export function growingObjectsContract(getStore: () => BlobStore, reopen: () => Promise<BlobStore>): void {
  describe('growing objects', () => {
    let store: BlobStore;
    beforeAll(() => {
      store = getStore();
    });
    const textOf = async (key: string) => text(await store.read(key));
    /** Whether the bytes that a growing object has received are these. */
    const expectReceived = async (key: string, bytes: string, by = store) => {
      expect(await by.growing(key)).toEqual({ sizeBytes: bytes.length });
      expect(await by.hashReceived(key, bytes.length)).toBe(sha256Of(bytes));
    };

    test('bytes appended at the right offsets grow it; it is no blob before it is finished', async () => {
      expect(await store.growing('u/1')).toBeUndefined();
      expect(await store.append('u/1', 0, streamOf('one '))).toEqual({ sizeBytes: 4 });
      expect(await store.append('u/1', 4, streamOf('two'))).toEqual({ sizeBytes: 7 });
      await expectReceived('u/1', 'one two');
      expect(await store.stat('u/1')).toBeUndefined();
      const keys: string[] = [];
      for await (const { key } of store.listGrowing()) keys.push(key);
      expect(keys).toContain('u/1');
    });

    test('what was received is told by its hash, from the first byte to any, also after a restart', async () => {
      await store.append('u/hashed', 0, streamOf('one ', 'two'));
      await store.append('u/hashed', 7, streamOf(' three'));
      for (const by of [store, await reopen()]) {
        for (const sizeBytes of [0, 3, 7, 13])
          expect(await by.hashReceived('u/hashed', sizeBytes)).toBe(
            sha256Of('one two three'.slice(0, sizeBytes)),
          );
        expect(await codeOf(by.hashReceived('u/hashed', 14))).toBe('offset_mismatch');
        expect(await codeOf(by.hashReceived('u/none', 0))).toBe('blob_not_found');
      }
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
      await expectReceived('u/2', 'abc');
    });

    test('what arrived before the connection broke stays, and the rest goes on from there', async () => {
      expect(await codeOf(store.append('u/3', 0, brokenStream('first ', 'half ')))).toBe('ECONNRESET');
      expect(await store.growing('u/3')).toEqual({ sizeBytes: 11 });
      await store.append('u/3', 11, streamOf('second half'));
      await expectReceived('u/3', 'first half second half');
    });

    test('the last append can be taken back', async () => {
      await store.append('u/5', 0, streamOf('good'));
      await store.append('u/5', 4, streamOf('bad'));
      await store.truncateGrowing('u/5', 4);
      await store.truncateGrowing('u/5', 4);
      expect(await store.growing('u/5')).toEqual({ sizeBytes: 4 });
      await store.append('u/5', 4, streamOf(' better'));
      await expectReceived('u/5', 'good better');
      expect(await codeOf(store.truncateGrowing('u/5', 99))).toBe('offset_mismatch');
      expect(await codeOf(store.truncateGrowing('u/none', 0))).toBe('blob_not_found');
    });

    test('finished, it is a blob and grows no more; finishing again gives the same blob', async () => {
      await store.append('u/6', 0, streamOf('whole'));
      const blob = await store.finish('n/whole', ['u/6']);
      expect(blob).toMatchObject({ key: 'n/whole', sizeBytes: 5, sha256: sha256Of('whole') });
      expect(await textOf('n/whole')).toBe('whole');
      expect(await store.growing('u/6')).toBeUndefined();
      expect(await store.finish('n/whole', ['u/6'])).toEqual(blob);
    });

    test('several are joined in their order, and cease to exist', async () => {
      for (const part of ['a', 'b', 'c']) await store.append(`p/${part}`, 0, streamOf(`${part}${part}`));
      const from = ['p/c', 'p/a', 'p/b'];
      const whole = { sizeBytes: 6, sha256: sha256Of('ccaabb') };
      expect(await store.finish('n/joined', from)).toMatchObject(whole);
      expect(await textOf('n/joined')).toBe('ccaabb');
      expect(await store.finish('n/joined', from)).toMatchObject(whole);
      for (const key of from) expect(await store.growing(key)).toBeUndefined();
    });

    test.each([
      ['one', ['h/1/a']],
      ['several', ['h/2/a', 'h/2/b', 'h/2/a']],
    ])('the hash of %s is told before anything is visible, and can be refused', async (_, from) => {
      const key = `n/confirmed-${from.length}`;
      for (const part of new Set(from)) await store.append(part, 0, streamOf(part, '!'));
      const bytes = from.map((part) => `${part}!`).join('');
      const refusing = store.finish(key, from, {
        confirm: () => {
          throw new Error('not what was to come');
        },
      });
      await expect(refusing).rejects.toThrow('not what was to come');
      expect(await store.stat(key)).toBeUndefined();
      for (const part of from) await expectReceived(part, `${part}!`);

      const told: unknown[] = [];
      await store.finish(key, from, { confirm: (whole) => told.push(whole) });
      const whole = { sizeBytes: bytes.length, sha256: sha256Of(bytes) };
      expect(told).toEqual([whole]);
      // It is there: a repeat is not asked again.
      expect(await store.finish(key, from, { confirm: (again) => told.push(again) })).toMatchObject(whole);
      expect(told).toHaveLength(1);
      expect(await textOf(key)).toBe(bytes);
    });

    test('after a restart it goes on, and its hash is that of the whole', async () => {
      await store.append('u/restarted', 0, streamOf('before, '));
      const second = await reopen();
      await second.append('u/restarted', 8, streamOf('between, '));
      const third = await reopen();
      await third.append('u/restarted', 17, streamOf('after'));
      const text = 'before, between, after';
      await expectReceived('u/restarted', text, third);
      expect(await third.finish('n/restarted', ['u/restarted'])).toMatchObject({ sha256: sha256Of(text) });
      const fourth = await reopen();
      expect(await fourth.finish('n/restarted', ['u/restarted'])).toMatchObject({ sha256: sha256Of(text) });
    });

    test('bytes that were taken back are not in the hash', async () => {
      await store.append('u/back', 0, streamOf('kept '));
      await store.append('u/back', 5, streamOf('bad'));
      await store.truncateGrowing('u/back', 5);
      await store.append('u/back', 5, streamOf('well'));
      expect(await store.finish('n/back', ['u/back'])).toMatchObject({ sha256: sha256Of('kept well') });
      expect(await textOf('n/back')).toBe('kept well');
    });

    test('what is read again for its hash is let go of when it is to stop', async () => {
      await store.append('u/long', 0, streamOf('long'));
      const reopened = await reopen();
      const stopped = { signal: AbortSignal.abort(new Error('stop')) };
      await expect(reopened.finish('n/long', ['u/long'], stopped)).rejects.toThrow('stop');
      await expectReceived('u/long', 'long', reopened);
      await reopened.finish('n/long', ['u/long']);
      await expect((await reopen()).finish('n/long', ['u/long'], stopped)).rejects.toThrow('stop');
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

    test('what only its process goes on with becomes the blob it is for, once that is confirmed', async () => {
      const [key, becomes] = ['u/in-place', 'n/in-place'];
      const bytes = 'bytes that come in one append, and nobody else goes on with';
      const appended = await store.append(key, 0, streamOf(...bytes.split(/(?<= )/)), { becomes });
      expect(appended).toEqual({ sizeBytes: bytes.length });
      await expectReceived(key, bytes);
      expect(await store.stat(becomes)).toBeUndefined();
      const refusing = store.finish(becomes, [key], {
        confirm: () => {
          throw new Error('not what was to come');
        },
      });
      await expect(refusing).rejects.toThrow('not what was to come');
      expect(await store.stat(becomes)).toBeUndefined();
      await expectReceived(key, bytes);
      const blob = await store.finish(becomes, [key]);
      expect(blob).toMatchObject({ sizeBytes: bytes.length, sha256: sha256Of(bytes) });
      expect(await textOf(becomes)).toBe(bytes);
      expect(await store.growing(key)).toBeUndefined();
      expect(await store.finish(becomes, [key])).toEqual(blob);
    });

    test('what only its process goes on with can be discarded, and come anew', async () => {
      const [key, becomes] = ['u/in-place-anew', 'n/in-place-anew'];
      expect(await codeOf(store.append(key, 0, brokenStream('first ', 'half '), { becomes }))).toBe(
        'ECONNRESET',
      );
      await store.discard(key);
      await store.append(key, 0, streamOf('not ', 'this ', 'one'), { becomes });
      await store.discard(key);
      expect(await store.growing(key)).toBeUndefined();
      expect(await codeOf(store.finish(becomes, [key]))).toBe('blob_not_found');
      await store.append(key, 0, streamOf('but ', 'this'), { becomes });
      await store.finish(becomes, [key]);
      expect(await textOf(becomes)).toBe('but this');
    });

    test('nothing can be finished from what is not there, and what is there stays', async () => {
      await store.append('p/there', 0, streamOf('there'));
      expect(await codeOf(store.finish('n/none', ['p/there', 'p/not-there']))).toBe('blob_not_found');
      expect(await codeOf(store.finish('n/none', []))).toBe('blob_not_found');
      expect(await store.stat('n/none')).toBeUndefined();
      await expectReceived('p/there', 'there');
    });

    test('a discarded one is gone, discarding can be repeated, and the key can be used anew', async () => {
      await store.append('u/7', 0, streamOf('gone'));
      await store.discard('u/7');
      await store.discard('u/7');
      expect(await store.growing('u/7')).toBeUndefined();
      await store.append('u/7', 0, streamOf('new'));
      await expectReceived('u/7', 'new');
    });
  });
}
