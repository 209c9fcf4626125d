import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { createMemoryObjectService } from '../../src/adapters/memory/object-service.js';
import type { ObjectService } from '../../src/objects/object-service.js';
import { createPartBlobStore } from '../../src/objects/part-blob-store.js';
import { codeOf, streamOf } from '../support/streams.js';

const sha256Of = (bytes: string) => createHash('sha256').update(bytes).digest('hex');
const newService = () => createMemoryObjectService({ minimumPartBytes: 8 });
const openStore = (service: ObjectService) => createPartBlobStore(service, { firstPartBytes: 8 });

const pieces = async (service: ObjectService) => {
  const found: string[] = [];
  for await (const { key, sizeBytes } of service.list('growing/u/@'))
    found.push(`${Number(key.split('@')[1])}+${sizeBytes}`);
  return found;
};

const appendAll = async (store: ReturnType<typeof openStore>, ...requests: string[]) => {
  for (const bytes of requests)
    await store.append('u', (await store.growing('u'))?.sizeBytes ?? 0, streamOf(bytes));
};

test('many small requests leave few pieces, and the hash of the whole is known without reading any again', async () => {
  const service = newService();
  const reads: string[] = [];
  const store = openStore({
    ...service,
    async read(key, range) {
      reads.push(key);
      return service.read(key, range);
    },
  });
  await appendAll(store, 'ab', 'cd', 'ef', 'gh', 'ij');
  expect(await pieces(service)).toEqual(['0+8', '8+2']);
  await appendAll(store, 'kl', 'mn', 'op', 'qr');
  expect(await pieces(service)).toEqual(['0+8', '8+8', '16+2']);
  reads.length = 0;
  const whole = 'abcdefghijklmnopqr';
  expect(await store.finish('n', ['u'])).toMatchObject({ sha256: sha256Of(whole), sizeBytes: 18 });
  // The last one alone is too small to be copied.
  expect(reads).toEqual(['growing/u/@0000000000000016']);
  expect(await text(await store.read('n'))).toBe(whole);
});

test.each([1, 2, 3])(
  'a process that dies at change %i while it puts small pieces together loses no byte',
  async (count) => {
    const service = newService();
    await appendAll(openStore(service), 'ab', 'cd', 'ef', 'gh');
    let changes = 0;
    const dies = () => {
      if (++changes >= count) throw new Error('The process is gone');
    };
    const dying = openStore({
      ...service,
      async put(...args) {
        dies();
        return service.put(...args);
      },
      async delete(keys) {
        dies();
        await service.delete(keys);
      },
    });
    await codeOf(dying.append('u', 8, streamOf('ij')));
    const after = openStore(service);
    const { sizeBytes = 0 } = (await after.growing('u')) ?? {};
    expect([8, 10]).toContain(sizeBytes);
    await after.append('u', sizeBytes, streamOf('abcdefghijkl'.slice(sizeBytes)));
    expect(await after.finish('n', ['u'])).toMatchObject({ sha256: sha256Of('abcdefghijkl') });
    expect(await text(await after.read('n'))).toBe('abcdefghijkl');
    expect(await pieces(service)).toEqual([]);
  },
);

test('what comes behind a piece that could not be stored does not count, and comes once more', async () => {
  const service = newService();
  let refuses = true;
  const store = openStore({
    ...service,
    async put(key, bytes, options) {
      if (refuses && key.endsWith('@0000000000000016')) throw new Error('no answer');
      return service.put(key, bytes, options);
    },
  });
  const whole = 'one 8---two 8---three 8-four 8--five 8--';
  const chunks = whole.match(/.{8}/g) ?? [];
  await expect(store.append('u', 0, streamOf(...chunks))).rejects.toThrow('no answer');
  expect(await store.growing('u')).toEqual({ sizeBytes: 16 });
  expect(await pieces(service)).toEqual(['0+8', '8+8']);
  refuses = false;
  await store.append('u', 16, streamOf(...chunks.slice(2)));
  expect(await store.finish('n', ['u'])).toMatchObject({ sha256: sha256Of(whole) });
});

test('pieces go out while more comes in, and no more of them at once than are to be held in memory', async () => {
  const service = newService();
  const waiting: (() => void)[] = [];
  const store = openStore({
    ...service,
    async put(key, bytes, options) {
      if (!key.endsWith('@0000000000000000')) await new Promise<void>((resolve) => waiting.push(resolve));
      return service.put(key, bytes, options);
    },
  });
  let taken = 0;
  const source = Readable.from(
    (async function* () {
      for (let index = 0; index < 20; index += 1) {
        taken = index + 1;
        yield Buffer.from(`piece ${String(index).padStart(2, '0')}`);
      }
    })(),
    { objectMode: false, highWaterMark: 1 },
  );
  const appended = store.append('u', 0, source);
  await expect.poll(() => waiting.length).toBe(4);
  const takenWhileFull = taken;
  expect(takenWhileFull).toBeLessThan(10);
  for (let put = waiting.shift(); taken < 20 || put; put = waiting.shift()) {
    put?.();
    await new Promise(setImmediate);
  }
  expect(await appended).toEqual({ sizeBytes: 160 });
});

test('what killed processes left is swept when it is old, and what others are at stays', async () => {
  const service = newService();
  const store = openStore(service);
  await service.begin('objects/never-finished');
  await service.put('growing/lost/@0000000000000008', Buffer.from('without a beginning'));
  await store.append('u', 0, streamOf('still growing'));
  await store.put('whole', Buffer.from('whole'));
  expect(await store.sweep('2000-01-01T00:00:00.000Z')).toBe(0);
  expect(await store.sweep('3000-01-01T00:00:00.000Z')).toBe(2);
  expect(await store.sweep('3000-01-01T00:00:00.000Z')).toBe(0);
  expect(await store.growing('u')).toEqual({ sizeBytes: 13 });
  expect(await text(await store.read('whole'))).toBe('whole');
});
