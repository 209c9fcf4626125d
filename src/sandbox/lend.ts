import type { Stats } from 'node:fs';
import { chmod, chown, type FileHandle, lchown, lstat, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { unsupported } from '../core/errors.js';
import { pathIn, removeTree } from '../files/remove-tree.js';

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** A folder that runs are writing to, several at once perhaps. */
interface Lent {
  runs: number;
  isAway: boolean;
  /** What is done to it is done one after the other. */
  turn: Promise<unknown>;
}
const lentFolders = new Map<string, Lent>();

/**
 * Makes a folder and all in it that of the user a tool runs as; undefined: ours, and it stays so. The answer takes it
 * back when the last of the runs that write to it is over. Throws `forbidden_output` then, when something is in it that
 * is no file or folder of its own: what a tool linked to, we would read as who we are.
 */
export async function lendFolder(folder: string, to: Account | undefined): Promise<() => Promise<void>> {
  const key = resolve(folder);
  const lent = lentFolders.get(key) ?? { runs: 0, isAway: false, turn: Promise.resolve() };
  lentFolders.set(key, lent);
  const inTurn = (task: () => Promise<void>) => {
    const done = lent.turn.then(task);
    lent.turn = done.catch(() => {});
    return done;
  };
  const release = async () => {
    lent.runs -= 1;
    try {
      await inTurn(async () => {
        if (lent.runs > 0 || !lent.isAway) return;
        lent.isAway = false;
        if (!(await takeBack(key, to && ourselves()))) return;
        throw unsupported(
          'forbidden_output',
          'Processing the file left something that is not a file of its own.',
        );
      });
    } finally {
      if (lent.runs === 0) lentFolders.delete(key);
    }
  };
  lent.runs += 1;
  try {
    await inTurn(async () => {
      if (!lent.isAway && to) await give(key, to);
      lent.isAway = true;
    });
  } catch (error) {
    await release().catch(() => {});
    throw error;
  }
  return release;
}

/**
 * Lets the group a tool runs in read a file of ours, for tools that open it again: read, and no more, since other items may have the
 * same file. No way leads there through our folders, and nobody else is in that group, so it may stay so. One that an earlier release
 * made the tool's own is taken back.
 */
export async function lendFile(file: FileHandle, { uid, gid }: Account): Promise<void> {
  const { mode, uid: owner, gid: group } = await file.stat();
  const isReadable = (mode & 0o004) !== 0 || (group === gid && (mode & 0o040) !== 0);
  if (isReadable && owner !== uid) return;
  await file.chown(owner === uid ? ourselves().uid : owner, gid);
  await file.chmod((mode & 0o7777) | 0o040);
}

const ourselves = (): Account => ({ uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 });

/** Whoever lends a folder may remove from it meanwhile what a run that is over has left there. Undefined for what is gone. */
const unlessGone = <T>(task: Promise<T>): Promise<T | undefined> =>
  task.catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return undefined;
  });

async function give(folder: string, { uid, gid }: Account): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true }))
    await unlessGone(lchown(join(entry.parentPath, entry.name), uid, gid));
  await chown(folder, uid, gid);
}

/** Of folders in what is lent; ours are one. Deeper ones may have paths too long to be removed by. */
const mostDepth = 4;

/**
 * Folders before what is in them: from then on nobody else exchanges it under our hands. One that was closed is opened.
 * Tells whether something was in it that had to be removed.
 */
async function takeBack(
  folder: string,
  account: Account | undefined,
  { whole, depth }: { readonly whole: string; readonly depth: number } = { whole: folder, depth: 0 },
): Promise<boolean> {
  if (account) await lchown(folder, account.uid, account.gid);
  await chmod(folder, 0o700);
  const foreign: Buffer[] = [];
  let hadMore = false;
  for (const rawName of await readdir(folder, { encoding: 'buffer' })) {
    const name = rawName.toString();
    const path = join(folder, name);
    const isText = Buffer.from(name).equals(rawName);
    const stats = await unlessGone(lstat(isText ? path : pathIn(folder, rawName)));
    if (!stats) continue;
    if (isText && stats.isDirectory() && depth < mostDepth)
      hadMore = (await unlessGone(takeBack(path, account, { whole, depth: depth + 1 }))) || hadMore;
    else if (!isText || !isPlain(stats)) foreign.push(pathIn(folder, rawName));
    else await unlessGone(takeBackFile(path, stats, account));
  }
  for (const path of foreign) await removeTree(path, whole);
  return hadMore || foreign.length > 0;
}

/** One that was closed, or that would run as its owner, becomes like all others. */
async function takeBackFile(path: string, { mode }: Stats, account: Account | undefined): Promise<void> {
  if (account) await lchown(path, account.uid, account.gid);
  if ((mode & 0o7600) !== 0o600) await chmod(path, 0o600);
}

const isPlain = (stats: Stats): boolean => stats.isFile() && stats.nlink === 1;
