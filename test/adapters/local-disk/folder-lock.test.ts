import { chmod, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockDataFolder, lockRole, shareDataFolder } from '../../../src/adapters/local-disk/folder-lock.js';
import { runTypeScript, type TypeScriptProcess } from '../../support/typescript-process.js';

interface Answer {
  readonly lockedBy?: number;
  readonly code?: string;
  readonly pid?: number;
  readonly message?: string;
}

const asRoot = process.getuid?.() === 0;
let folder: string;
let started: TypeScriptProcess[] = [];

const startHolder = (path = folder, options = {}, how = 'alone') => {
  const holder = runTypeScript(new URL('./lock-holder.ts', import.meta.url), [path, how], options);
  started.push(holder);
  return holder;
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mediaflow-lock-'));
});

afterEach(async () => {
  for (const { child } of started) child.kill('SIGKILL');
  await Promise.all(started.map(({ ended }) => ended));
  started = [];
  await rm(folder, { recursive: true, force: true });
});

test('a folder can be locked again once it was released', async () => {
  const first = await lockDataFolder(folder);
  await first.release();
  await first.release();
  const second = await lockDataFolder(folder);
  await expect(lockDataFolder(folder)).rejects.toMatchObject({ code: 'data_folder_in_use' });
  await second.release();
});

test('a missing folder is made', async () => {
  const lock = await lockDataFolder(join(folder, 'a', 'b'));
  await expect(lockDataFolder(join(folder, 'a', 'b'))).rejects.toThrow('data folder');
  await lock.release();
});

test('under a strict umask too, a folder made by root lets the user of PostgreSQL pass', async () => {
  const before = process.umask(0o077);
  try {
    await (await lockDataFolder(join(folder, 'a', 'b'))).release();
  } finally {
    process.umask(before);
  }
  for (const made of ['a', 'a/b'])
    expect((await stat(join(folder, made))).mode & 0o777).toBe(asRoot ? 0o711 : 0o700);
});

test('a second process is refused by name of the first, and gets the folder when the first is killed', async () => {
  const first = startHolder();
  const { lockedBy } = (await first.readJsonLine<Answer>()) ?? {};
  expect(lockedBy).toBe(first.child.pid);
  await expect(lockDataFolder(folder)).rejects.toMatchObject({
    code: 'data_folder_in_use',
    kind: 'conflict',
    message: expect.stringContaining(`process ${lockedBy}`),
    details: { pid: lockedBy },
  });
  first.child.kill('SIGKILL');
  await first.ended;
  const lock = await lockDataFolder(folder);
  await lock.release();
});

test('a refused attempt in the holding process does not weaken the lock', async () => {
  const lock = await lockDataFolder(folder);
  await expect(lockDataFolder(folder)).rejects.toThrow('Another MediaFlow');
  expect(await startHolder().readJsonLine<Answer>()).toMatchObject({
    code: 'data_folder_in_use',
    pid: process.pid,
  });
  await lock.release();
});

test('of several processes that start at the same moment exactly one gets the folder', async () => {
  const answers = await Promise.all(Array.from({ length: 6 }, () => startHolder().readJsonLine<Answer>()));
  const winners = answers.flatMap((answer) => answer?.lockedBy ?? []);
  expect(winners).toHaveLength(1);
  const refused = answers.filter((answer) => answer?.code === 'data_folder_in_use');
  expect(refused.map((answer) => answer?.pid)).toEqual(Array.from({ length: 5 }, () => winners[0]));
});

test('several share a folder; whoever wants it alone is refused until all of them have ended', async () => {
  const sharers = Array.from({ length: 3 }, () => startHolder(folder, {}, 'shared'));
  for (const sharer of sharers)
    expect(await sharer.readJsonLine<Answer>()).toEqual({ lockedBy: sharer.child.pid });
  const own = await shareDataFolder(folder);
  await expect(lockDataFolder(folder)).rejects.toMatchObject({ code: 'data_folder_in_use' });
  await own.release();
  await own.release();
  await expect(lockDataFolder(folder)).rejects.toMatchObject({ code: 'data_folder_in_use' });
  for (const { child, ended } of sharers) {
    child.kill('SIGKILL');
    await ended;
  }
  await (await lockDataFolder(folder)).release();
});

test('who has a folder alone is named to who wants to share it', async () => {
  const alone = startHolder();
  await alone.readJsonLine();
  await expect(shareDataFolder(folder)).rejects.toMatchObject({
    code: 'data_folder_in_use',
    message: expect.stringMatching(/DATABASE_URL.*MEDIAFLOW_DATA/),
    details: { pid: alone.child.pid },
  });
});

test('a role of a shared folder has one holder, other roles have theirs', async () => {
  const first = startHolder(folder, {}, 'command');
  expect(await first.readJsonLine<Answer>()).toEqual({ lockedBy: first.child.pid });
  await expect(lockRole(folder, 'command')).rejects.toMatchObject({
    code: 'role_taken',
    message: expect.stringContaining(`process ${first.child.pid}`),
    details: { role: 'command', pid: first.child.pid },
  });
  await (await lockRole(folder, 'other')).release();
  first.child.kill('SIGKILL');
  await first.ended;
  await (await lockRole(folder, 'command')).release();
});

test('a folder that cannot be written is refused with what to do', async () => {
  await chmod(folder, 0o555);
  const holder = startHolder(folder, asRoot ? { uid: 65534, gid: 65534 } : {});
  expect(await holder.readJsonLine<Answer>()).toMatchObject({
    code: 'data_folder_not_writable',
    message: expect.stringContaining('MEDIAFLOW_DATA'),
  });
});

test.skipIf(process.platform !== 'linux')(
  'a folder in one that takes no folders is refused, not asked for again and again',
  async () => {
    await expect(lockDataFolder('/proc/mediaflow/data')).rejects.toMatchObject({
      code: 'data_folder_not_writable',
      message: expect.stringContaining('MEDIAFLOW_DATA'),
    });
  },
);
