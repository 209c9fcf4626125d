import type { Readable } from 'node:stream';
import { beforeEach, describe, expect, test } from 'vitest';
import { sha256Of } from '../../src/core/bytes-hash.js';
import { silentLogger } from '../../src/core/logger.js';
import type { UsableModel } from '../../src/core/readers/models.js';
import { packHistory } from '../../src/recommender/packed-history.js';
import { MODEL_PARAMETERS } from '../../src/recommender/parameters.js';
import { trainToBlob } from '../../src/recommender/train-to-blob.js';
import { keepModel } from '../../src/workers/models/kept-recommender.js';
import { twoGroups } from '../recommender/histories.js';
import { createMemoryBlobs } from '../support/memory-blobs.js';

let blobs: ReturnType<typeof createMemoryBlobs>;
let inUse: UsableModel | undefined;
beforeEach(() => {
  blobs = createMemoryBlobs();
  inUse = undefined;
});

const models = { current: async () => inUse };

async function promote(modelId: string, sha256?: string): Promise<void> {
  const { blob } = trainToBlob({
    ...{ history: packHistory(twoGroups(20)), position: modelId, parameters: MODEL_PARAMETERS },
    ...{ name: 'recommender', seed: 1, isEvaluated: false },
  });
  await blobs.put(modelId, blob);
  inUse = { modelId, blobKey: modelId, sha256: sha256 ?? sha256Of(blob) };
}

describe('the model in use', () => {
  test('is none where nothing was trained, and the first one as soon as it is promoted', async () => {
    const model = keepModel({ models, blobs });
    expect((await model(silentLogger)).version).toBe('untrained');
    await promote('a');
    const loaded = await model(silentLogger);
    expect([loaded.version, loaded.model.version.position]).toEqual(['a', 'a']);
    expect(await model(silentLogger)).toBe(loaded);
  });

  test('is read once by all who ask at the same time', async () => {
    await promote('a');
    let reads = 0;
    const read: typeof blobs.read = (key) => {
      reads += 1;
      return blobs.read(key);
    };
    const model = keepModel({ models, blobs: { read } });
    const all = await Promise.all(Array.from({ length: 5 }, () => model(silentLogger)));
    expect([new Set(all).size, reads]).toEqual([1, 1]);
  });

  test('is the one before until another one is there', async () => {
    await promote('a');
    const waiting = Promise.withResolvers<void>();
    const read: typeof blobs.read = async (key) => {
      if (key === 'b') await waiting.promise;
      return blobs.read(key);
    };
    const model = keepModel({ models, blobs: { read } });
    expect((await model(silentLogger)).version).toBe('a');
    await promote('b');
    expect((await model(silentLogger)).version).toBe('a');
    waiting.resolve();
    await expect.poll(async () => (await model(silentLogger)).version).toBe('b');
  });

  test.each([
    ['are not those that were stored', () => promote('b', 'another')],
    [
      'are gone',
      async () => {
        await promote('b');
        await blobs.remove('b');
      },
    ],
    [
      'are no model',
      async () => {
        await promote('b', sha256Of(Buffer.from('no model')));
        await blobs.put('b', Buffer.from('no model'));
      },
    ],
  ])(
    'stays the one before where the bytes of another one %s, which is not asked for all the time',
    async (_, spoil) => {
      await promote('a');
      let reads = 0;
      const read = (key: string): Promise<Readable> => {
        reads += 1;
        return blobs.read(key);
      };
      const model = keepModel({ models, blobs: { read } });
      await model(silentLogger);
      await spoil();
      for (let turn = 0; turn < 5; turn += 1) {
        expect((await model(silentLogger)).version).toBe('a');
        await new Promise(setImmediate);
      }
      expect(reads).toBe(2);
    },
  );
});
