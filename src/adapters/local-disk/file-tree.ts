import type { BigIntStats, Dirent } from 'node:fs';
import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { notFound } from '../../core/errors.js';
import { hasCode } from './durable-files.js';

export interface FoundFile {
  /** Path from the root, `/`-separated. */
  readonly key: string;
  readonly stats: BigIntStats;
}

/** What is at a path, undefined when nothing is. */
export async function statIfThere(path: string): Promise<BigIntStats | undefined> {
  try {
    return await stat(path, { bigint: true });
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}

/** Throws `blob_not_found` where there is no file. */
export async function openToRead(path: string, key: string): Promise<FileHandle> {
  try {
    const file = await open(path, 'r');
    if ((await file.stat()).isFile()) return file;
    await file.close();
  } catch (error) {
    if (!hasCode(error, 'ENOENT', 'ENOTDIR')) throw error;
  }
  throw notFound('blob_not_found', `No blob ${key}`, { key });
}

/** Every file at or below a place in a tree. What disappears while it walks is left out. */
export async function* walkFiles(root: string, prefix: string): AsyncIterable<FoundFile> {
  const stats = await statIfThere(join(root, prefix));
  if (!stats) return;
  if (stats.isFile()) yield { key: prefix, stats };
  if (!stats.isDirectory()) return;
  for (const entry of await entriesOf(join(root, prefix))) {
    yield* walkFiles(root, prefix === '' ? entry.name : `${prefix}/${entry.name}`);
  }
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return [];
    throw error;
  }
}
