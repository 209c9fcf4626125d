import { lockDataFolder, lockRole, shareDataFolder } from '../../adapters/local-disk/folder-lock.js';
import type { Config } from '../config.js';
import type { Role } from '../roles.js';
import type { Closers } from './closers.js';

const ROLES_WITH_FILES: readonly Role[] = ['command', 'query', 'worker'];

/**
 * The data folder for this process alone while the embedded database is in it; shared with others that use the same
 * external one. Of those, one takes uploads into the folder: who is writing to which is known within a process only. With files in
 * a bucket the database knows.
 */
export async function reserveDataFolder(options: {
  readonly config: Config;
  readonly roles: ReadonlySet<Role>;
  readonly closers: Closers;
}): Promise<void> {
  const { config, roles, closers } = options;
  const reserve = async (taking: ReturnType<typeof lockDataFolder>) => {
    const lock = await taking;
    closers.add('data folder lock', () => lock.release());
  };
  if (config.databaseUrl === undefined) return reserve(lockDataFolder(config.dataFolder));
  if (ROLES_WITH_FILES.some((role) => roles.has(role))) await reserve(shareDataFolder(config.dataFolder));
  if (roles.has('command') && !config.s3) await reserve(lockRole(config.dataFolder, 'command'));
}
