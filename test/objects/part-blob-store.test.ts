import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { createMemoryObjectService } from '../../src/adapters/memory/object-service.js';
import type { ObjectService } from '../../src/objects/object-service.js';
import { createPartBlobStore } from '../../src/objects/part-blob-store.js';
import { blobStoreContract } from '../contracts/blob-store.contract.js';
import { brokenStream, codeOf, streamOf } from '../support/streams.js';

const sha256Of = (bytes: string) => createHash('sha256').update(bytes).digest('hex');
const newService = () => createMemoryObjectService({ minimumPartBytes: 4 });

describe('a blob store on an object service keeps the contract of blob stores', () => {
  const service = newService();
  blobStoreContract(async () => createPartBlobStore(service, { firstPartBytes: 4 }));
});

/** The service dies at the `count`th removal of what `match`es. */
function dyingAtRemoval(service: ObjectService, count: number): ObjectService {
  let removals = 0;
  return {
    ...service,
    async delete(keys) {
      if (++removals >= count) throw new Error('The process is gone');
      await service.delete(keys);
    },
  };
}

const pieceKeys = async (service: ObjectService): Promise<string[]> => {
  const keys: string[] = [];
  for await (const { key } of service.list('growing/')) keys.push(key);
  return keys;
};

describe('a blob store on an object service', () => {
  test('lets the service copy what is large enough for a part, and takes in hand what is too small', async () => {
    const service = newService();
    const copied: string[] = [];
    const store = createPartBlobStore(
      {
        ...service,
        async begin(key) {
          const parts = await service.begin(key);
          return {
            ...parts,
            async copyPart(part, fromKey) {
              copied.push(fromKey.slice(-4));
              await parts.copyPart(part, fromKey);
            },
          };
        },
      },
      { firstPartBytes: 6 },
    );
    for (const bytes of ['012345', '6', '789abc', 'defghi'])
      await store.append('u', (await store.growing('u'))?.sizeBytes ?? 0, streamOf(bytes));
    await store.finish('whole', ['u']);
    expect(await text(await store.read('whole'))).toBe('0123456789abcdefghi');
    expect(copied).toEqual(['0000', '0013']);
  });

  test('finishes an upload of more pieces than an object may have parts', async () => {
    const store = createPartBlobStore(createMemoryObjectService({ minimumPartBytes: 2, mostParts: 4 }));
    const pieces = ['01', '23', '45', '67', '89', 'ab', 'c'];
    for (const bytes of pieces)
      await store.append('u', (await store.growing('u'))?.sizeBytes ?? 0, streamOf(bytes));
    await store.finish('whole', ['u']);
    expect(await text(await store.read('whole'))).toBe(pieces.join(''));
  });

  test.each([1, 2, 3, 4])(
    'ends in the same blob when it dies at removal %i of what it has finished',
    async (removal) => {
      const service = newService();
      const store = createPartBlobStore(service, { firstPartBytes: 4 });
      await store.append('a', 0, streamOf('one ', 'two '));
      await store.append('b', 0, streamOf('thre', 'e'));
      const dying = createPartBlobStore(dyingAtRemoval(service, removal), { firstPartBytes: 4 });
      await expect(dying.finish('whole', ['a', 'b'])).rejects.toThrow('The process is gone');
      const whole = { sizeBytes: 13, sha256: sha256Of('one two three') };
      const after = createPartBlobStore(service, { firstPartBytes: 4 });
      expect(await after.finish('whole', ['a', 'b'])).toMatchObject(whole);
      expect(await text(await after.read('whole'))).toBe('one two three');
      // What the removal left does not come to life again.
      if ((await after.growing('a')) === undefined) {
        await after.append('a', 0, streamOf('anew'));
        expect(await after.growing('a')).toEqual({ sizeBytes: 4 });
      }
      for (const key of ['a', 'b']) await after.discard(key);
      expect(await pieceKeys(service)).toEqual([]);
    },
  );

  test('ends in the same blob when only some of what it has finished could be removed', async () => {
    const service = newService();
    const store = createPartBlobStore(service, { firstPartBytes: 4 });
    await store.append('u', 0, streamOf());
    await store.append('u', 0, streamOf('one ', 'two '));
    const failing = createPartBlobStore(
      {
        ...service,
        async delete(keys) {
          if (keys.length > 1) {
            await service.delete(keys.slice(1));
            throw new Error(`${keys[0]} was not deleted`);
          }
          await service.delete(keys);
        },
      },
      { firstPartBytes: 4 },
    );
    await failing.finish('whole', ['u']).catch(() => {});
    await store.finish('whole', ['u']);
    expect(await text(await store.read('whole'))).toBe('one two ');
  });

  test('goes on with the hashes of so many uploads only, since of those that ended elsewhere it is not told', async () => {
    const service = newService();
    const read: string[] = [];
    const store = createPartBlobStore(
      {
        ...service,
        async read(key, range) {
          read.push(key);
          return service.read(key, range);
        },
      },
      { firstPartBytes: 4, mostHashed: 2 },
    );
    for (const key of ['a', 'b', 'c']) await store.append(key, 0, streamOf(`all of ${key}`));
    for (const key of ['a', 'b', 'c'])
      expect(await store.hashReceived(key, 8)).toBe(sha256Of(`all of ${key}`));
    expect([...new Set(read.map((key) => key.split('/')[1]))]).toEqual(['a']);
  });

  test('of two processes that write at one offset one is refused, and the hash is of what is there', async () => {
    const service = newService();
    const [one, other] = [createPartBlobStore(service), createPartBlobStore(service)];
    await one.append('u', 0, streamOf('same '));
    const codes = await Promise.all([
      codeOf(one.append('u', 5, streamOf('ours'))),
      codeOf(other.append('u', 5, streamOf('theirs'))),
    ]);
    expect(codes.filter((code) => code === 'offset_mismatch')).toHaveLength(1);
    await other.truncateGrowing('u', 5);
    await other.append('u', 5, streamOf('last'));
    expect(await one.finish('n', ['u'])).toMatchObject({ sha256: sha256Of('same last') });
  });

  describe('puts what only its process goes on with where it will lie', () => {
    const unfinished = async (service: ObjectService): Promise<string[]> => {
      const keys: string[] = [];
      for await (const { key } of service.unfinished('')) keys.push(key);
      return keys;
    };
    const bytes = ['four', ' and ', 'five, and the rest'];
    const becomes = 'n/whole';

    test('as parts of it, which no other process knows of, and which end with what is discarded', async () => {
      const service = newService();
      const store = createPartBlobStore(service, { firstPartBytes: 6 });
      await store.append('u', 0, streamOf(...bytes), { becomes });
      expect([await pieceKeys(service), await unfinished(service)]).toEqual([[], ['objects/n/whole']]);
      expect(await createPartBlobStore(service).growing('u')).toBeUndefined();
      expect(await codeOf(store.append('u', 27, streamOf('more')))).toBe('offset_mismatch');
      await store.discard('u');
      expect(await unfinished(service)).toEqual([]);
      await store.append('u', 0, streamOf(...bytes), { becomes });
      expect(await store.finish(becomes, ['u'])).toMatchObject({ sha256: sha256Of(bytes.join('')) });
      expect(await unfinished(service)).toEqual([]);
      expect(await text(await store.read(becomes))).toBe(bytes.join(''));
    });

    test('and leaves nothing of it when the bytes break off, or the service refuses a part', async () => {
      const service = newService();
      let refused = 3;
      const store = createPartBlobStore(
        {
          ...service,
          async begin(key) {
            const parts = await service.begin(key);
            return {
              ...parts,
              async putPart(part, piece) {
                if (part === refused) throw new Error('refused');
                await parts.putPart(part, piece);
              },
            };
          },
        },
        { firstPartBytes: 6 },
      );
      await expect(store.append('u', 0, streamOf('000000', '111111', '222222'), { becomes })).rejects.toThrow(
        'refused',
      );
      refused = 0;
      expect(await codeOf(store.append('u', 0, brokenStream(...bytes), { becomes }))).toBe('ECONNRESET');
      expect([await store.growing('u'), await unfinished(service)]).toEqual([undefined, []]);
    });

    test('unless it is less than a part, or many arrive so: then every process can go on with it', async () => {
      const service = newService();
      const store = createPartBlobStore(service, { firstPartBytes: 6 });
      await store.append('small', 0, streamOf('small'), { becomes });
      await store.append('begun', 0, streamOf('begun '));
      expect(await codeOf(store.append('begun', 0, streamOf('anew'), { becomes }))).toBe('offset_mismatch');
      const large = createPartBlobStore(service, { firstPartBytes: 129 * 1024 ** 2 });
      await large.append('large', 0, streamOf('as though it were large'), { becomes });
      expect(await unfinished(service)).toEqual([]);
      const another = createPartBlobStore(service);
      expect(await another.growing('small')).toEqual({ sizeBytes: 5 });
      expect(await another.finish(becomes, ['large'])).toMatchObject({ sizeBytes: 23 });
    });

    test('also when that takes longer than what was given up is kept', async () => {
      const service = newService();
      const store = createPartBlobStore(service, { firstPartBytes: 6 });
      const sweptAt = '3000-01-01T00:00:00.000Z';
      let swept: Promise<number> | undefined;
      async function* slowly() {
        yield Buffer.from('first part');
        yield Buffer.from('second part');
        swept = createPartBlobStore({
          ...service,
          async *unfinished(prefix) {
            for await (const object of service.unfinished(prefix))
              yield { ...object, changedAt: async () => sweptAt };
          },
        }).sweep(sweptAt);
        await swept;
        yield Buffer.from('third part');
      }
      await store.append('u', 0, Readable.from(slowly(), { objectMode: false }), { becomes });
      expect(await swept).toBe(0);
      await store.finish(becomes, ['u']);
      expect(await text(await store.read(becomes))).toBe('first partsecond partthird part');
    });

    test('and forgets what was never finished when it is swept', async () => {
      const service = newService();
      const store = createPartBlobStore(service, { firstPartBytes: 6 });
      await store.append('u', 0, streamOf(...bytes), { becomes });
      expect(await store.sweep('2000-01-01T00:00:00.000Z')).toBe(0);
      expect(await store.growing('u')).toEqual({ sizeBytes: 27 });
      expect(await store.sweep('3000-01-01T00:00:00.000Z')).toBe(1);
      expect([await store.growing('u'), await unfinished(service)]).toEqual([undefined, []]);
    });
  });
});
