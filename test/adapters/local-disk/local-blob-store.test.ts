import { execFile, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import {
  chmod,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createLocalBlobStore } from '../../../src/adapters/local-disk/local-blob-store.js';
import { blobStoreContract } from '../../contracts/blob-store.contract.js';
import { brokenStream, codeOf, streamOf } from '../../support/streams.js';
import { typescriptArguments } from '../../support/typescript-child.js';
import { runTypeScript } from '../../support/typescript-process.js';
import { temporaryFiles } from './temporary-files.js';

/** A mount of one's own needs user namespaces, which not every machine gives. */
const canMount = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0;

const made: string[] = [];
const newFolder = async (parent = tmpdir()): Promise<string> => {
  const folder = await mkdtemp(join(parent, 'mediaflow-blobs-'));
  made.push(folder);
  return folder;
};
afterAll(async () => {
  for (const folder of made) await rm(folder, { recursive: true, force: true });
});

describe('the local blob store keeps the contract of blob stores', () => {
  const folder = newFolder();
  blobStoreContract(async () => createLocalBlobStore({ folder: await folder }));
});

describe('the local blob store', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await newFolder();
  });

  test('finds its blobs and growing objects again after a restart', async () => {
    const before = await createLocalBlobStore({ folder });
    await before.put('a', Buffer.from('whole'));
    await before.append('b', 0, streamOf('half '));
    const after = await createLocalBlobStore({ folder });
    expect(await text(await after.read('a'))).toBe('whole');
    await after.append('b', 5, streamOf('half'));
    await after.finish('c', ['b']);
    expect(await text(await after.read('c'))).toBe('half half');
  });

  test('goes on with what an earlier release left growing, in one piece and in parts: plain files', async () => {
    const uploads = join(folder, 'growing', 'uploads');
    await mkdir(uploads, { recursive: true });
    for (const [name, bytes] of Object.entries({ 'cut-off': 'half ', 'part-1': 'one ', 'part-2': 'two' }))
      await writeFile(join(uploads, name), bytes);
    const store = await createLocalBlobStore({ folder });
    expect(await store.growing('uploads/cut-off')).toEqual({ sizeBytes: 5 });
    await store.append('uploads/cut-off', 5, streamOf('half'));
    const sha256Of = (bytes: string) => createHash('sha256').update(bytes).digest('hex');
    expect(await store.finish('a', ['uploads/cut-off'])).toMatchObject({ sha256: sha256Of('half half') });
    const joined = await store.finish('b', ['uploads/part-1', 'uploads/part-2']);
    expect(joined).toMatchObject({ sizeBytes: 7, sha256: sha256Of('one two') });
  });

  test('closes to other users what an earlier release left open to them, and follows no links', async () => {
    const outside = await newFolder();
    await writeFile(join(outside, 'x'), 'x', { mode: 0o644 });
    const root = join(folder, 'blobs');
    const open = ['objects', 'objects/media', 'growing', 'temporary'];
    for (const name of ['', ...open]) {
      await mkdir(join(root, name), { recursive: true });
      await chmod(join(root, name), 0o755);
    }
    const files = ['objects/media/a', 'growing/b'];
    for (const name of files) await writeFile(join(root, name), 'bytes', { mode: 0o644 });
    await symlink(join(outside, 'x'), join(root, 'objects', 'link'));
    const store = await createLocalBlobStore({ folder: root });
    const modeOf = async (path: string) => (await stat(path)).mode & 0o777;
    for (const name of ['', ...open]) expect(await modeOf(join(root, name)), name).toBe(0o700);
    for (const name of files) expect(await modeOf(join(root, name)), name).toBe(0o600);
    expect(await modeOf(join(outside, 'x'))).toBe(0o644);
    expect(await text(await store.read('media/a'))).toBe('bytes');
  });

  test('goes on closing where an earlier start was interrupted', async () => {
    const late = join(folder, 'objects', 'late');
    await mkdir(late, { recursive: true });
    await chmod(join(folder, 'objects'), 0o755);
    await chmod(late, 0o755);
    await chmod(folder, 0o700);
    await createLocalBlobStore({ folder });
    expect((await stat(late)).mode & 0o777).toBe(0o700);
  });

  test('sweeps at start what killed processes left behind, and only that', async () => {
    const temporary = join(folder, 'temporary');
    const killed = runTypeScript(new URL('./half-written.ts', import.meta.url), [folder]);
    await killed.readJsonLine();
    expect(await temporaryFiles(folder)).toHaveLength(1);
    await createLocalBlobStore({ folder });
    expect(await temporaryFiles(folder)).toHaveLength(1);
    killed.child.kill('SIGKILL');
    await killed.ended;
    await mkdir(join(temporary, 'of-nobody'));
    const store = await createLocalBlobStore({ folder });
    expect(await temporaryFiles(folder)).toEqual([]);
    expect(await readdir(temporary)).not.toContain('of-nobody');
    const source = new Readable({ read() {} });
    const writing = store.put('slow', source);
    source.push('still ');
    await createLocalBlobStore({ folder });
    source.push('here');
    source.push(null);
    await writing;
    expect(await text(await store.read('slow'))).toBe('still here');
  });

  test('leaves no temporary file behind a failed put', async () => {
    const store = await createLocalBlobStore({ folder });
    await store.put('a', Buffer.from('x'));
    expect(await codeOf(store.put('a/b', Buffer.from('x')))).toBe('blob_key_conflict');
    expect(await codeOf(store.put('bad key', Buffer.from('x')))).toBe('invalid_blob_key');
    await store.put('c/d', Buffer.from('x'));
    expect(await codeOf(store.put('c', Buffer.from('x')))).toBe('blob_key_conflict');
    expect(await temporaryFiles(folder)).toEqual([]);
  });

  test('an append that cannot reach the disk says so and leaves no file open', async () => {
    const store = await createLocalBlobStore({ folder });
    const handle = await open(folder);
    const files = Object.getPrototypeOf(handle) as typeof handle;
    await handle.close();
    const failing = vi.spyOn(files, 'datasync').mockRejectedValueOnce(new Error('EIO: i/o error, fdatasync'));
    try {
      await expect(store.append('growing', 0, streamOf('lost'))).rejects.toThrow('EIO');
      // What Node says of a file that is closed.
      expect(failing.mock.contexts[0]).toMatchObject({ fd: -1 });
    } finally {
      vi.restoreAllMocks();
    }
  });

  test('a size that was told is told again without waiting for the disk', async () => {
    const store = await createLocalBlobStore({ folder });
    const handle = await open(folder);
    const datasync = vi.spyOn(Object.getPrototypeOf(handle) as typeof handle, 'datasync');
    await handle.close();
    const syncsFor = async (sizeBytes: number) => {
      datasync.mockClear();
      expect(await store.growing('growing')).toEqual({ sizeBytes });
      return datasync.mock.calls.length;
    };
    try {
      await store.append('growing', 0, streamOf('told'));
      expect(await syncsFor(4)).toBe(0);
      await expect(store.append('growing', 4, brokenStream('more'))).rejects.toThrow();
      expect(await syncsFor(8)).toBe(0);
      const later = await createLocalBlobStore({ folder });
      datasync.mockClear();
      await later.growing('growing');
      expect(datasync).toHaveBeenCalledTimes(1);
      await store.truncateGrowing('growing', 4);
      await expect(store.append('growing', 4, brokenStream())).rejects.toThrow();
      expect(await syncsFor(4)).toBe(0);
    } finally {
      vi.restoreAllMocks();
    }
  });

  test('a folder that cannot be adopted because a blob is in its place stays where it was', async () => {
    const store = await createLocalBlobStore({ folder });
    await store.put('taken', Buffer.from('x'));
    const source = await newFolder();
    await writeFile(join(source, 'file'), 'kept');
    expect(await codeOf(store.adoptFolder('taken', source))).toBe('blob_key_conflict');
    expect(await readdir(source)).toEqual(['file']);
  });

  test('adopts a folder of its own file system by renaming, without copying a byte', async () => {
    const store = await createLocalBlobStore({ folder });
    const source = await newFolder(folder);
    await writeFile(join(source, 'file'), 'renamed');
    const { ino } = await stat(join(source, 'file'));
    await store.adoptFolder('adopted', source);
    expect((await stat(await store.localFile('adopted/file', folder))).ino).toBe(ino);
  });

  test.skipIf(!existsSync('/dev/shm'))('adopts a folder of another file system by copying', async () => {
    const store = await createLocalBlobStore({ folder });
    const source = await newFolder('/dev/shm');
    await mkdir(join(source, 'sub'));
    await writeFile(join(source, 'sub', 'file'), 'copied');
    await store.adoptFolder('adopted', source);
    expect(await text(await store.read('adopted/sub/file'))).toBe('copied');
    expect(existsSync(source)).toBe(false);
    expect(await temporaryFiles(folder)).toEqual([]);
  });

  test('joining what a crash left half joined ends in the same blob', async () => {
    const store = await createLocalBlobStore({ folder });
    await store.append('part-1', 0, streamOf('one '));
    await store.append('part-2', 0, streamOf('two'));
    await store.finish('joined', ['part-1', 'part-2']);
    // As if the process had died after the rename and before the second part was removed.
    await store.append('part-2', 0, streamOf('two'));
    await store.finish('joined', ['part-1', 'part-2']);
    expect(await text(await store.read('joined'))).toBe('one two');
    expect(await store.growing('part-2')).toBeUndefined();
  });

  test('what was appended before a kill -9 is there afterwards', async () => {
    const script = join(import.meta.dirname, 'append-until-killed.ts');
    const child = spawn(process.execPath, typescriptArguments(script, folder), {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [said] = await once(child.stdout, 'data');
    const acknowledged = Number(String(said).trim().split('\n').at(-1));
    child.kill('SIGKILL');
    await once(child, 'exit');
    const store = await createLocalBlobStore({ folder });
    const size = (await store.growing('killed'))?.sizeBytes ?? 0;
    expect(size).toBeGreaterThanOrEqual(acknowledged);
    expect(await readFile(join(folder, 'growing', 'killed'), 'utf8')).toBe('x'.repeat(size));
    expect(await store.append('killed', size, streamOf('rest'))).toEqual({ sizeBytes: size + 4 });
  });

  test.skipIf(!canMount)(
    'says that the disk is full, keeps nothing of a put, and goes on afterwards',
    async () => {
      const script = join(import.meta.dirname, 'fill-the-disk.ts');
      const { stdout } = await promisify(execFile)('unshare', [
        '-rm',
        'sh',
        '-c',
        'mount -t tmpfs -o size=1m none "$0" && exec "$@"',
        folder,
        process.execPath,
        ...typescriptArguments(script, folder),
      ]);
      const report = JSON.parse(stdout);
      expect(report).toMatchObject({
        put: 'storage-full/storage_full',
        visible: null,
        temporary: [],
        append: 'storage-full/storage_full',
        afterwards: 10,
      });
      expect(report.growing.sizeBytes).toBeGreaterThan(500_000);
    },
  );
});
