import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { tryLockFile } from '../../src/adapters/local-disk/file-lock.js';
import { stateFolder } from './folders.js';

/** Two that start the same service at once would both download it, and one would be forgotten. */
export async function alone<T>(work: () => Promise<T>): Promise<T> {
  mkdirSync(stateFolder, { recursive: true });
  const path = join(stateFolder, 'lock');
  let lock = tryLockFile(path, 'exclusive');
  if (!lock) console.error('Waiting for another `npm run services` in this folder …');
  while (!lock) {
    await delay(200);
    lock = tryLockFile(path, 'exclusive');
  }
  try {
    return await work();
  } finally {
    lock.release();
  }
}
