import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { invalid } from '../core/errors.js';

/** Paths of all files below a folder, from there. Throws `not_a_regular_file` for links and devices. */
export async function filesBelow(folder: string): Promise<string[]> {
  const files: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name).slice(join(folder, '/').length);
    if (entry.isFile()) files.push(path);
    else if (!entry.isDirectory())
      throw invalid('not_a_regular_file', `Only regular files can be stored: ${path}`, { path });
  }
  return files;
}
