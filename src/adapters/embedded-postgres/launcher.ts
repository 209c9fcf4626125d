import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { MediaFlowError } from '../../core/errors.js';
import type { Account } from './account.js';

/**
 * Starts one of PostgreSQL's programs as the right user. Where the system has `setpriv` (Linux), the kernel
 * interrupts the program when this process dies in any way; for a server that is a clean, fast shutdown.
 */
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
  const setpriv = await findSetpriv();
  const closed = account && (await firstClosedFolder(account, paths));
  if (setpriv === undefined) {
    if (account && closed) throw folderClosed(closed, account);
    return (program, args, options) => start(program, args, { ...options, ...account });
  }
  const flags = ['--pdeathsig=INT', ...(account && closed ? await lendPassage(account, closed) : []), '--'];
  // Without its capabilities setpriv could not lend them, so then it changes the user itself.
  const user = closed ? {} : account;
  return (program, args, options) => start(setpriv, [...flags, program, ...args], { ...options, ...user });
}

/** A project below /root (mode 0700): root lends the server the right to pass, and no folder is opened to others. */
async function lendPassage(account: Account, closed: string): Promise<string[]> {
  const capability = await grantableCapability();
  if (capability === undefined) throw folderClosed(closed, account);
  return [
    `--reuid=${account.uid}`,
    `--regid=${account.gid}`,
    '--clear-groups',
    // initdb asks access(2), which otherwise forgets capabilities of everyone but root.
    '--securebits=+no_setuid_fixup',
    `--inh-caps=+${capability}`,
    `--ambient-caps=+${capability}`,
  ];
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

/** The path of util-linux's setpriv; others of that name do not know the flag. */
async function findSetpriv(): Promise<string | undefined> {
  for (const path of ['/usr/bin/setpriv', '/bin/setpriv']) {
    const probe = start(path, ['--pdeathsig=INT', '--', path, '--version'], { stdio: 'ignore' });
    const exitCode = await new Promise((resolve) => probe.once('error', resolve).once('exit', resolve));
    if (exitCode === 0) return path;
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
