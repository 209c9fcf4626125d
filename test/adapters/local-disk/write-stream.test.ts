import { type FileHandle, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { writeStream } from '../../../src/adapters/local-disk/write-stream.js';

const MEBIBYTE = 1024 * 1024;

/** As a connection brings them: every chunk with memory of its own, its number in all of its bytes. */
function* chunks(count: number, sizeBytes: number) {
  for (let number = 0; number < count; number++) yield Buffer.alloc(sizeBytes, number % 251);
}

const isForcedMinorCollection = (entry: PerformanceEntry & { readonly detail?: unknown }): boolean => {
  const { kind, flags } = entry.detail as { readonly kind: number; readonly flags: number };
  return kind === constants.NODE_PERFORMANCE_GC_MINOR && flags === constants.NODE_PERFORMANCE_GC_FLAGS_FORCED;
};

describe('a stream that is written to a file', () => {
  let folder: string;
  let path: string;
  let file: FileHandle;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mediaflow-write-'));
    path = join(folder, 'file');
    file = await open(path, 'w+');
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await file.close();
    await rm(folder, { recursive: true });
  });

  test('goes there in writes of a mebibyte, however small its chunks are', async () => {
    const calls = [vi.spyOn(file, 'write'), vi.spyOn(file, 'writev')];
    expect(await writeStream(file, chunks(1024, 17_000), 5)).toBe(5 + 1024 * 17_000);
    const writes = calls.reduce((sum, { mock }) => sum + mock.calls.length, 0);
    expect(writes).toBeLessThanOrEqual((1024 * 17_000) / MEBIBYTE + 1);
    const whole = Buffer.concat([Buffer.alloc(5), ...chunks(1024, 17_000)]);
    expect((await readFile(path)).equals(whole)).toBe(true);
  });

  test('is whole where the disk takes only a part of each write', async () => {
    const writev = file.writev.bind(file);
    vi.spyOn(file, 'writev').mockImplementation((buffers: readonly NodeJS.ArrayBufferView[], position) => {
      const [first = Buffer.alloc(0), second] = buffers as Buffer[];
      return writev(second ? [first, second.subarray(0, 700)] : [first.subarray(0, 999)], position);
    });
    await writeStream(file, [Buffer.alloc(0), ...chunks(50, 1000)], 0);
    expect((await readFile(path)).equals(Buffer.concat([...chunks(50, 1000)]))).toBe(true);
  });

  test('leaves in the file what came before its error, in a write of its own or not', async () => {
    async function* broken() {
      yield* chunks(70, 64 * 1024);
      throw new Error('the connection broke');
    }
    await expect(writeStream(file, Readable.from(broken()), 0)).rejects.toThrow('the connection broke');
    expect((await readFile(path)).equals(Buffer.concat([...chunks(70, 64 * 1024)]))).toBe(true);
  });

  test('ends with the first write that fails, and nothing is written behind the gap', async () => {
    const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    const writev = vi.spyOn(file, 'writev').mockRejectedValueOnce(full);
    await expect(writeStream(file, chunks(200, 64 * 1024), 0)).rejects.toBe(full);
    expect(writev).toHaveBeenCalledTimes(1);
    expect((await file.stat()).size).toBe(0);
  });

  test('is not held back until there is more of it', async () => {
    const slow = new Readable({ read() {} });
    const written = writeStream(file, slow, 0);
    slow.push('a drop, ');
    await vi.waitFor(async () => expect(await readFile(path, 'utf8')).toBe('a drop, '));
    slow.push('and another');
    await vi.waitFor(async () => expect(await readFile(path, 'utf8')).toBe('a drop, and another'));
    slow.push(null);
    expect(await written).toBe(19);
  });

  test('waits while the disk is slow, so that little of it is in memory', async () => {
    const writev = file.writev.bind(file);
    const disk = Promise.withResolvers<void>();
    vi.spyOn(file, 'writev').mockImplementation(async (buffers, position) => {
      await disk.promise;
      return writev(buffers, position);
    });
    let taken = 0;
    function* counted() {
      for (const chunk of chunks(160, 64 * 1024)) {
        yield chunk;
        taken += chunk.length;
      }
    }
    const written = writeStream(file, counted(), 0);
    await vi.waitFor(() => expect(taken).toBeGreaterThan(MEBIBYTE));
    // As long as anything would go on by itself.
    for (let turn = 0; turn < 1000; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(taken).toBeLessThan(3 * MEBIBYTE);
    disk.resolve();
    expect(await written).toBe(160 * 64 * 1024);
  });

  // How often V8 marks the whole heap without being asked depends on the machine and on what else is in it.
  test('has the memory of its chunks collected young, for each few of them', async () => {
    let youngCollections = 0;
    const observer = new PerformanceObserver((list) => {
      youngCollections += list.getEntries().filter(isForcedMinorCollection).length;
    });
    observer.observe({ entryTypes: ['gc'] });
    await writeStream(file, chunks(128 * 16, 64 * 1024), 0);
    // Entries are handed over in a turn of their own.
    await new Promise((resolve) => setImmediate(resolve));
    observer.disconnect();
    expect(youngCollections).toBeGreaterThanOrEqual(128 / 8 - 1);
  });
});
