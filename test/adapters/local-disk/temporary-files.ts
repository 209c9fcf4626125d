import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** What the processes that use a blob store's folder have in `temporary/`, each in a folder of its own. */
export async function temporaryFiles(folder: string): Promise<string[]> {
  const owners = await readdir(join(folder, 'temporary'), { withFileTypes: true });
  const files = owners
    .filter((owner) => owner.isDirectory())
    .map((owner) => readdir(join(owner.parentPath, owner.name)));
  return (await Promise.all(files)).flat();
}
