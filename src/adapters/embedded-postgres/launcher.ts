import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { access, constants, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { MediaFlowError } from '../../core/errors.js';
import type { Account } from './account.js';

/** Starts one of PostgreSQL's programs as the right user. */
export type Launch = (
  program: string,
  args: readonly string[],
  options: Pick<SpawnOptions, 'stdio' | 'detached'>,
) => ChildProcess;

/** Bits of the kernel's capability sets, the weaker one first. */
const CAPABILITIES = [
  { name: 'dac_read_search', bit: 2n },
  { name: 'dac_override', bit: 1n },
];
/** What root needs itself to pass a capability on. */
const SETPCAP_BIT = 8n;

/**
 * A launcher for programs that must reach `paths` as `account` (undefined: as this process's user).
 *
 * Errors: `embedded_postgres_folder_closed` when a folder above a path keeps the account out and this system
 * has no means to let it pass.
 */
export async function createLauncher(
  account: Account | undefined,
  paths: readonly string[],
): Promise<Launch> {
  if (account === undefined) return (program, args, options) => start(program, args, options);
  const closed = await firstClosedFolder(account, paths);
  if (closed === undefined)
    return (program, args, options) => start(program, args, { ...options, ...account });
  // A project below /root (mode 0700): root lends the server the right to pass, and nobody's folder is opened.
  const setpriv = await findSetpriv();
  const capability = await grantableCapability();
  if (setpriv === undefined || capability === undefined) throw folderClosed(closed, account);
  const prefix = [
    `--reuid=${account.uid}`,
    `--regid=${account.gid}`,
    '--clear-groups',
    // initdb asks access(2), which otherwise forgets capabilities of everyone but root.
    '--securebits=+no_setuid_fixup',
    `--inh-caps=+${capability}`,
    `--ambient-caps=+${capability}`,
    '--',
  ];
  return (program, args, options) => start(setpriv, [...prefix, program, ...args], options);
}

/** A fixed environment: neither secrets of the application nor PG* variables and locales reach the server. */
const start = (program: string, args: readonly string[], options: SpawnOptions): ChildProcess =>
  spawn(program, [...args], {
    ...options,
    cwd: '/',
    env: { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
  });

/** The first folder on the way to a path that the account may not enter. Access lists are not looked at. */
export async function firstClosedFolder(
  account: Account,
  paths: readonly string[],
): Promise<string | undefined> {
  for (const path of paths) {
    for (const folder of foldersAbove(path)) {
      const { uid, gid, mode } = await stat(folder);
      const enterBit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
      if ((mode & enterBit) === 0) return folder;
    }
  }
  return undefined;
}

function foldersAbove(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [path] : [...foldersAbove(parent), parent];
}

async function findSetpriv(): Promise<string | undefined> {
  for (const path of ['/usr/bin/setpriv', '/bin/setpriv']) {
    const found = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return path;
  }
  return undefined;
}

async function grantableCapability(): Promise<string | undefined> {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '');
  const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? '0'}`);
  const has = (bit: bigint) => ((effective >> bit) & 1n) === 1n;
  return has(SETPCAP_BIT) ? CAPABILITIES.find(({ bit }) => has(bit))?.name : undefined;
}

const folderClosed = (folder: string, account: Account) =>
  new MediaFlowError(
    'unsupported',
    'embedded_postgres_folder_closed',
    `PostgreSQL does not run as root, and the user it runs as (uid ${account.uid}) may not enter ${folder}. ` +
      `Run "chmod o+x ${folder}", move the project and MEDIAFLOW_DATA elsewhere, start MediaFlow as an ordinary user, ` +
      'or set DATABASE_URL.',
    { folder },
  );
