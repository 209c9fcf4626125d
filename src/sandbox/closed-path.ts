import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Whether a path leads through a folder that only its owner, or a group, may pass. */
export async function isClosedToOthers(path: string): Promise<boolean> {
  const folder = dirname(path);
  const { mode } = await stat(folder);
  if ((mode & 0o001) === 0) return true;
  return folder !== path && folder !== '/' && isClosedToOthers(folder);
}
