import { randomBytes } from 'node:crypto';
import { lchown, mkdtemp, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MediaFlowError, messageOf } from '../../core/errors.js';
import type { Account } from './account.js';
import { binariesBroken, failureOf, folderNotWritable } from './failures.js';
import type { Launch } from './launcher.js';
import { type Layout, SUPERUSER } from './layout.js';
import { runProgram } from './run-program.js';

const UNFINISHED_PREFIX = 'postgres.init-';

export interface ClusterTools {
  readonly layout: Layout;
  readonly binaries: { readonly initdb: string; readonly postgres: string };
  readonly account: Account | undefined;
  readonly launch: Launch;
}

/**
 * Makes the cluster when there is none, and otherwise checks that it is ours to run. Resolves to the superuser's password.
 * A cluster appears under its name only when it is complete, so an interrupted one is simply made again.
 *
 * Errors: `postgres_version_mismatch`, `postgres_folder_invalid`, `data_folder_not_writable`, `storage_full`,
 * `embedded_postgres_failed`, `embedded_postgres_unsupported`, `embedded_postgres_no_account`.
 */
export async function ensureCluster(tools: ClusterTools): Promise<string> {
  const { layout } = tools;
  await removeUnfinished(layout);
  const serverMajor = await majorVersionOf(tools);
  const clusterMajor = await readVersion(layout);
  if (clusterMajor === undefined) await makeCluster(tools);
  else if (clusterMajor !== serverMajor) throw versionMismatch(layout, clusterMajor, serverMajor);
  else await ensureOwner(tools);
  const password = await readFile(layout.passwordFile, 'utf8').catch((error) => {
    throw folderInvalid(`The database's password cannot be read (${messageOf(error)}).`);
  });
  return password.trim();
}

async function majorVersionOf({ launch, binaries }: ClusterTools): Promise<string> {
  const { exitCode, output } = await runProgram(launch, binaries.postgres, ['--version']).catch((error) => {
    throw binariesBroken(binaries.postgres, error);
  });
  const major = /PostgreSQL\) (\d+)/.exec(output)?.[1];
  if (exitCode !== 0 || major === undefined) throw binariesBroken(binaries.postgres, output.trim());
  return major;
}

/** The major version that made the cluster; undefined when there is none yet. */
async function readVersion({ cluster }: Layout): Promise<string | undefined> {
  const names = await readdir(cluster).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === 'ENOENT') return [];
    throw folderNotWritable(`PostgreSQL's folder cannot be read (${error.message})`, error);
  });
  if (names.length === 0) return undefined;
  if (names.includes('PG_VERSION')) return (await readFile(join(cluster, 'PG_VERSION'), 'utf8')).trim();
  throw folderInvalid(`${cluster} is not a PostgreSQL data folder.`);
}

async function makeCluster({ layout, binaries, account, launch }: ClusterTools): Promise<void> {
  const unfinished = await mkdtemp(join(layout.dataFolder, UNFINISHED_PREFIX));
  try {
    const passwordFile = join(unfinished, 'password');
    const cluster = join(unfinished, 'cluster');
    await writeFile(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600, flush: true });
    for (const path of [unfinished, passwordFile]) await chownTo(path, account);
    const { exitCode, output } = await runProgram(launch, binaries.initdb, [
      `--pgdata=${cluster}`,
      `--username=${SUPERUSER}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      // Sorts bytes like C, but knows the upper and lower case of every letter.
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
    ]);
    if (exitCode !== 0) throw failureOf('make its data folder', output);
    await rename(passwordFile, join(cluster, 'mediaflow.password'));
    await syncFolder(cluster);
    await rename(cluster, layout.cluster);
    await syncFolder(layout.dataFolder);
  } finally {
    await rm(unfinished, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path);
  await folder.sync().finally(() => folder.close());
}

/** An initdb whose parent was killed may still be writing, hence the retries. */
async function removeUnfinished({ dataFolder }: Layout): Promise<void> {
  for (const name of await readdir(dataFolder))
    if (name.startsWith(UNFINISHED_PREFIX))
      await rm(join(dataFolder, name), { recursive: true, force: true, maxRetries: 5 });
}

/** A folder restored from a backup by root belongs to root, and PostgreSQL reads only what it owns. */
async function ensureOwner({ layout, account }: ClusterTools): Promise<void> {
  const { uid } = await stat(layout.cluster);
  const wanted = account?.uid ?? process.getuid?.() ?? uid;
  if (uid === wanted) return;
  if (account === undefined)
    throw folderNotWritable(`${layout.cluster} belongs to another user (uid ${uid})`);
  for (const entry of await readdir(layout.cluster, { recursive: true }))
    await chownTo(join(layout.cluster, entry), account);
  // The top comes last, so that an interrupted run starts over.
  await chownTo(layout.cluster, account);
}

async function chownTo(path: string, account: Account | undefined): Promise<void> {
  if (account) await lchown(path, account.uid, account.gid);
}

const folderInvalid = (what: string) =>
  new MediaFlowError(
    'invalid',
    'postgres_folder_invalid',
    `${what} Restore the folder from a backup, move it away to start empty, or choose another with MEDIAFLOW_DATA.`,
  );

const versionMismatch = ({ cluster }: Layout, clusterMajor: string, serverMajor: string) =>
  new MediaFlowError(
    'unsupported',
    'postgres_version_mismatch',
    `${dirname(cluster)} was made by PostgreSQL ${clusterMajor}, and this MediaFlow carries PostgreSQL ${serverMajor}. ` +
      `Run the MediaFlow release that made it, or run PostgreSQL ${clusterMajor} on ${cluster} yourself and set DATABASE_URL.`,
    { clusterMajor, serverMajor },
  );
