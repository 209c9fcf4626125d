import { join } from 'node:path';
import { openPrivateFolder } from '../../adapters/local-disk/private-folder.js';
import type { Config } from '../config.js';
import type { Closers } from './closers.js';

/** The process's own folder for files that are worked on: its path. */
export async function openWorkFolder(options: {
  readonly config: Pick<Config, 'dataFolder'>;
  readonly closers: Closers;
}): Promise<string> {
  const folder = await openPrivateFolder(join(options.config.dataFolder, 'work'));
  options.closers.add('work folder', () => folder.close());
  return folder.path;
}
