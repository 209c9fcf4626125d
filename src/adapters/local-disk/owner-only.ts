import { chmod, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MediaFlowError, messageOf } from '../../core/errors.js';
import { hasCode } from './durable-files.js';

const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/**
 * Takes the rights of all other users from a folder of ours, whatever it was made with.
 *
 * Errors: `data_folder_of_another_user`.
 */
export async function closeFolder(folder: string): Promise<void> {
  if (await isOpen(folder)) await setMode(folder, FOLDER_MODE);
}

/**
 * The same for a folder and all that is in it. The files are gone through only where a folder directly below it is
 * found open: an earlier release made it, or a start that was interrupted here. Links are not followed.
 *
 * Errors: `data_folder_of_another_user`.
 */
export async function closeTree(root: string): Promise<void> {
  // First, because from then on nobody gets to what is below.
  await closeFolder(root);
  for (const entry of await readdir(root, { withFileTypes: true }))
    if (entry.isDirectory()) await closeBelow(join(root, entry.name));
}

/** A folder is closed after what is in it, so that a closed one needs no second look. */
async function closeBelow(folder: string): Promise<void> {
  if (!(await isOpen(folder))) return;
  const entries = await readdir(folder, { withFileTypes: true }).catch(nothingThere);
  for (const entry of entries ?? []) if (entry.isDirectory()) await closeBelow(join(folder, entry.name));
  const files = (entries ?? []).filter((entry) => entry.isFile());
  await Promise.all(files.map((file) => setMode(join(folder, file.name), FILE_MODE)));
  await setMode(folder, FOLDER_MODE);
}

/** False too for what is not there any more: other processes go on working meanwhile. */
async function isOpen(folder: string): Promise<boolean> {
  const stats = await stat(folder).catch(nothingThere);
  return stats !== undefined && (stats.mode & 0o077) !== 0;
}

const setMode = (path: string, mode: number): Promise<void> =>
  chmod(path, mode).catch((error: unknown) => {
    if (hasCode(error, 'EPERM')) throw ofAnotherUser(path, error);
    nothingThere(error);
  });

function nothingThere(error: unknown): undefined {
  if (!hasCode(error, 'ENOENT')) throw error;
}

const ofAnotherUser = (path: string, cause: unknown) =>
  new MediaFlowError(
    'internal',
    'data_folder_of_another_user',
    `${path} is open to other users and cannot be closed to them (${messageOf(cause)}). All processes of a data folder ` +
      'run as the same user: make that user its owner.',
    { path },
    { cause },
  );
