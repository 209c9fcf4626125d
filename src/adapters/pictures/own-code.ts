import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Beside this file, from source and from the build alike. */
const folder = join(dirname(realpathSync(fileURLToPath(import.meta.url))), 'process');
export const processEntry = join(folder, `main${extname(import.meta.url)}`);

const packages = ['sharp', 'exifr', 'libheif-js', 'thumbhash'] as const;
const require = createRequire(import.meta.url);

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** Where a package is installed; undefined for one of another system. */
function folderOf(name: string): string | undefined {
  const found = (require.resolve.paths(name) ?? []).map((place) => join(place, name)).find(existsSync);
  return found && realpathSync(found);
}

/** With all that they need. */
function packageFolders(names: readonly string[], seen = new Set<string>()): ReadonlySet<string> {
  for (const name of names) {
    const at = folderOf(name);
    if (at === undefined || seen.has(at)) continue;
    seen.add(at);
    const manifest = JSON.parse(readFileSync(join(at, 'package.json'), 'utf8')) as Manifest;
    packageFolders(Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies }), seen);
  }
  return seen;
}

/** It says that files beside are modules. */
function manifestAbove(path: string): string {
  const manifest = join(path, 'package.json');
  return existsSync(manifest) || dirname(path) === path ? manifest : manifestAbove(dirname(path));
}

/** All that the process of the pictures reads: its code, and the packages that decode. */
export const ownCode = (): readonly string[] => [folder, manifestAbove(folder), ...packageFolders(packages)];
