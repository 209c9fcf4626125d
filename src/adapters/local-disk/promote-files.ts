import type { Hash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { Finishing } from '../../core/blob-store.js';
import { renameDurably } from './durable-files.js';
import { joinFiles } from './join-files.js';
import { temporaryPath } from './temporary-path.js';

/**
 * Gives files, joined in their order, the name `target`, and returns the SHA-256 (hex) of the whole. One file alone is
 * renamed; of several, all are left where they are. Before `finishing.confirm` has agreed there is nothing at `target`.
 */
export async function promoteFiles(options: {
  readonly paths: readonly [string, ...string[]];
  readonly firstSizeBytes: number;
  readonly hashOfFirst: Hash;
  readonly target: string;
  readonly temporaryFolder: string;
  readonly finishing: Finishing;
}): Promise<string> {
  const { paths, firstSizeBytes, hashOfFirst: hash, target, temporaryFolder, finishing } = options;

  async function promote(path: string, sizeBytes: number): Promise<string> {
    const sha256 = hash.digest('hex');
    finishing.confirm?.({ sizeBytes, sha256 });
    await renameDurably(path, target);
    return sha256;
  }

  if (paths.length === 1) return promote(paths[0], firstSizeBytes);
  const joined = temporaryPath(temporaryFolder);
  try {
    const sizeBytes = await joinFiles(paths, joined, {
      ...finishing,
      onRead: (bytes) => hash.update(bytes),
    });
    return await promote(joined, sizeBytes);
  } finally {
    await rm(joined, { force: true });
  }
}
