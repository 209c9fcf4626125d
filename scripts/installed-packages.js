// After a pull that changed packages, what is installed is not what the sources were written for.
import { readFileSync } from 'node:fs';

const packagesIn = (file) => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages ?? {};
  } catch {
    return undefined;
  }
};

/** Folders of packages that are not installed in the version that package-lock.json says. */
export function outdatedPackages(root) {
  const locked = packagesIn(`${root}/package-lock.json`);
  // npm's own record of what it installed.
  const installed = packagesIn(`${root}/node_modules/.package-lock.json`);
  if (!locked || !installed) return [];
  return Object.entries(locked)
    .filter(([folder, { version, dev, optional, devOptional, peer, link }]) => {
      if (folder === '' || link) return false;
      const found = installed[folder];
      // Those of other systems, and of a server's installation without tools, are rightly missing.
      return found ? found.version !== version : !(dev || optional || devOptional || peer);
    })
    .map(([folder]) => folder);
}
