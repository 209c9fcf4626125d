import { execFile } from 'node:child_process';
import { readdir, readFile, readlink, realpath, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Logger } from '../../core/logger.js';
import type { Layout } from './layout.js';

export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly ready: boolean;
}

/** No process can have it, on any system. */
const IMPOSSIBLE_PID = 2 ** 31 - 1;

/** A server has this long for a clean end, which spares the next start its recovery. */
const CLEAN_END_MILLISECONDS = 15_000;
/** One that nobody uses any more has less: whoever starts again is waited for. In the middle of a recovery it may take for ever. */
const LEFTOVER_END_MILLISECONDS = 3_000;

/** What `postmaster.pid` says, true or stale; undefined when there is none or it is half written. */
export async function readPostmaster({ postmasterFile }: Layout): Promise<Postmaster | undefined> {
  const lines = (await readFile(postmasterFile, 'utf8').catch(() => '')).split('\n');
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  return pid > 0 && port > 0 ? { pid, port, ready: lines[7]?.trim() === 'ready' } : undefined;
}

/** The server of this cluster that is alive now, whoever started it. */
export async function findPostmaster(layout: Layout): Promise<Postmaster | undefined> {
  const recorded = await readPostmaster(layout);
  return recorded && (await isServerOf(layout.cluster, recorded.pid)) ? recorded : undefined;
}

/**
 * Stops what a killed application left running on the cluster, so that the next server starts as our child
 * with today's settings, and no statement of the dead application commits later or keeps its locks.
 */
export async function stopLeftovers(layout: Layout, logger: Logger): Promise<void> {
  const recorded = await readPostmaster(layout);
  if (recorded && (await isServerOf(layout.cluster, recorded.pid))) {
    logger.info(
      { postgresPid: recorded.pid },
      'Stopping a PostgreSQL server that a killed MediaFlow left behind',
    );
    await stopServer(recorded.pid, LEFTOVER_END_MILLISECONDS);
  }
  const stale = await readPostmaster(layout);
  if (stale && isTaken(stale.pid)) await disownPid(layout);
  // Backends of a killed postmaster end by themselves; one that does not would block the next server for good.
  for (const pid of await serverProcessesOf(layout.cluster))
    if (!(await endsWithin(pid, 2000))) signal(pid, 'SIGKILL');
}

/** Fast shutdown; what does not end in time is made to end, and PostgreSQL recovers at its next start. */
export async function stopServer(pid: number, cleanEndMilliseconds = CLEAN_END_MILLISECONDS): Promise<void> {
  signal(pid, 'SIGINT');
  if (await endsWithin(pid, cleanEndMilliseconds)) return;
  signal(pid, 'SIGQUIT');
  if (await endsWithin(pid, 5000)) return;
  signal(pid, 'SIGKILL');
  await endsWithin(pid, 5000);
}

/**
 * Our dead server's pid is still taken, by another program or by its own zombie, so PostgreSQL would refuse to
 * start. Only the pid goes: the rest of the file lets it check that nothing uses the old shared memory.
 */
async function disownPid({ postmasterFile }: Layout): Promise<void> {
  const [, ...rest] = (await readFile(postmasterFile, 'utf8')).split('\n');
  await writeFile(postmasterFile, [IMPOSSIBLE_PID, ...rest].join('\n'));
}

/** Whether the process is a PostgreSQL server of this cluster: each of them works in the cluster's folder. */
async function isServerOf(cluster: string, pid: number): Promise<boolean> {
  if (!isTaken(pid)) return false;
  if (process.platform === 'linux') {
    const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
    if (name.trim() !== 'postgres') return false;
    const folder = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
    if (folder !== undefined) return folder === (await realpath(cluster).catch(() => cluster));
    // In a container, root may not look into the folders of others' processes. The first server names its own.
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return line.split('\0').includes(cluster);
  }
  const { stdout } = await promisify(execFile)('ps', ['-p', `${pid}`, '-o', 'command=']).catch(() => ({
    stdout: '',
  }));
  return stdout.includes('postgres') && stdout.includes(cluster);
}

async function serverProcessesOf(cluster: string): Promise<number[]> {
  if (process.platform !== 'linux') return [];
  const found: number[] = [];
  for (const name of await readdir('/proc')) {
    const pid = Number(name);
    if (pid > 0 && (await isServerOf(cluster, pid))) found.push(pid);
  }
  return found;
}

async function endsWithin(pid: number, milliseconds: number): Promise<boolean> {
  const deadline = performance.now() + milliseconds;
  while (await isAlive(pid)) {
    if (performance.now() > deadline) return false;
    await delay(10);
  }
  return true;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended already.
  }
}

/** In a container whose first process collects no orphans, an ended one keeps its pid as a zombie. */
async function isAlive(pid: number): Promise<boolean> {
  if (!isTaken(pid)) return false;
  if (process.platform !== 'linux') return true;
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return status !== '' && !/^State:\s*Z/m.test(status);
}

function isTaken(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
