import { chmod, cp, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { chooseAccount } from '../../../src/adapters/embedded-postgres/account.js';
import { findBinaries } from '../../../src/adapters/embedded-postgres/binaries.js';
import { ensureCluster } from '../../../src/adapters/embedded-postgres/cluster.js';
import { createLauncher, firstClosedFolder } from '../../../src/adapters/embedded-postgres/launcher.js';
import { layoutOf } from '../../../src/adapters/embedded-postgres/layout.js';
import { asRoot, createDataFolder, NOBODY, namesIn } from './support.js';

let folder: Awaited<ReturnType<typeof createDataFolder>>;

beforeEach(async () => {
  folder = await createDataFolder();
  await chmod(folder.root, 0o755);
  await mkdir(folder.path);
});
afterEach(() => folder.remove());

test('an ordinary user runs the server as itself', async () => {
  expect(await chooseAccount([folder.path])).toEqual(
    asRoot ? expect.objectContaining({ uid: expect.any(Number) }) : undefined,
  );
});

test('the folder that keeps another account out is found', async () => {
  const stranger = { uid: 4_000_000, gid: 4_000_000 };
  const target = join(folder.path, 'postgres');
  await chmod(folder.path, 0o711);
  expect(await firstClosedFolder(stranger, [target])).toBeUndefined();
  await chmod(folder.path, 0o710);
  expect(await firstClosedFolder(stranger, [target])).toBe(folder.path);
});

test.runIf(asRoot)('a project that only root may enter can run its own copy of the programs', async () => {
  const { initdb } = await findBinaries();
  await cp(join(dirname(initdb), '..'), join(folder.root, 'native'), {
    recursive: true,
    verbatimSymlinks: true,
  });
  await chmod(folder.root, 0o700);
  const binaries = {
    initdb: join(folder.root, 'native', 'bin', 'initdb'),
    postgres: join(folder.root, 'native', 'bin', 'postgres'),
  };
  const layout = layoutOf(folder.path);
  const launch = await createLauncher(NOBODY, [binaries.postgres, layout.cluster]);
  const password = await ensureCluster({ layout, binaries, account: NOBODY, launch });
  expect(password).toHaveLength(32);
  expect(await namesIn(layout.cluster)).toContain('PG_VERSION');
});
