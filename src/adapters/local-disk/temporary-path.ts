import { randomUUID } from 'node:crypto';
import { join } from 'node:path';

/** A new name in a folder that is this process's own. */
export const temporaryPath = (folder: string): string => join(folder, randomUUID());
