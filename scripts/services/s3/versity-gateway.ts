import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { retryDownload, run } from '../commands.js';
import { cacheFolder } from '../folders.js';

const GO = 'Install Go 1.26 or later: see https://go.dev/doc/install.';
const PACKAGE = 'github.com/versity/versitygw/cmd/versitygw';

/** The program, once it is provided. Its version is the one in `go.mod`. */
export const versityGateway = join(cacheFolder, 'versitygw-1.8.0');

/** Builds it from its sources, which Go compares with the checksums in `go.sum`. */
export async function provideVersityGateway(say: (progress: string) => void): Promise<void> {
  if (existsSync(versityGateway)) return;
  const how = { how: GO, cwd: import.meta.dirname, environment: { CGO_ENABLED: '0' } };
  say('downloading the Versity S3 Gateway 1.8.0 (once) …');
  await retryDownload(() => run('go', ['mod', 'download'], how), say);
  say('building it (once, one to three minutes) …');
  const incoming = `${versityGateway}.new`;
  await run('go', ['build', '-mod=readonly', '-trimpath', '-o', incoming, PACKAGE], how);
  await rename(incoming, versityGateway);
}
