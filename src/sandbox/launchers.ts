import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Programs of the system that put another program in its place, and who starts them. */
export interface Launchers {
  readonly bwrap: string | undefined;
  readonly unshare: string | undefined;
  readonly setpriv: string | undefined;
  readonly perl: string | undefined;
  readonly isRoot: boolean;
}

/** Services are often started without these in their PATH. */
const usualFolders = ['/usr/bin', '/bin', '/usr/sbin', '/sbin'];

/** What this machine has of them, on `searchPath` and in the usual folders. Only Linux has what they need. */
export function findLaunchers(searchPath = process.env.PATH ?? ''): Launchers {
  const folders = [...searchPath.split(delimiter).filter(Boolean), ...usualFolders];
  const find = (name: string) =>
    process.platform === 'linux' ? folders.map((folder) => join(folder, name)).find(isExecutable) : undefined;
  return {
    bwrap: find('bwrap'),
    unshare: find('unshare'),
    setpriv: find('setpriv'),
    perl: find('perl'),
    isRoot: process.getuid?.() === 0,
  };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
