import { readdir, readFile, writeFile } from 'node:fs/promises';

/** A process and all it has started, by the kernel's list. */
async function processTree(root: number): Promise<number[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const parents = new Map<number, number>();
  for (const id of ids) {
    const stat = await readFile(`/proc/${id}/stat`, 'latin1').catch(() => undefined);
    // The name in parentheses may hold anything, so count from behind it.
    const parent = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
    if (parent) parents.set(id, Number(parent));
  }
  const found = [root];
  for (const id of found)
    for (const [child, parent] of parents) if (parent === id && !found.includes(child)) found.push(child);
  return found;
}

async function kilobytesOf(file: string, field: string): Promise<number> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0);
}

/** Proportional share (PSS) of processes and their children in MB: a page shared by n processes counts 1/n for each. */
export async function proportionalMegabytes(roots: readonly number[]): Promise<number> {
  const ids = new Set((await Promise.all(roots.map(processTree))).flat());
  const shares = await Promise.all([...ids].map((id) => kilobytesOf(`/proc/${id}/smaps_rollup`, 'Pss')));
  return (shares.reduce((sum, share) => sum + share, 0) * 1024) / 1e6;
}

export const residentMegabytes = async (id: number): Promise<number> =>
  ((await kilobytesOf(`/proc/${id}/status`, 'VmRSS')) * 1024) / 1e6;

/** Forgets the peak so far. */
export const resetPeak = (id: number): Promise<void> => writeFile(`/proc/${id}/clear_refs`, '5');

/** The most that was resident since the last reset, as the kernel knows it: no sample can miss it. */
export const peakMegabytes = async (id: number): Promise<number> =>
  ((await kilobytesOf(`/proc/${id}/status`, 'VmHWM')) * 1024) / 1e6;

const TICKS_A_SECOND = 100;

/** Fields of `/proc/<id>/stat` behind the name: the one with index 0 is the state. */
async function statFields(id: number): Promise<number[]> {
  const stat = await readFile(`/proc/${id}/stat`, 'latin1').catch(() => '');
  return stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
}

const secondsOf = (ticks: readonly number[]): number =>
  ticks.reduce((sum, each) => sum + each, 0) / TICKS_A_SECOND;

/** Processor time, user and system, of a process and its threads, without its children. */
export const ownProcessorSeconds = async (id: number): Promise<number> =>
  secondsOf((await statFields(id)).slice(11, 13));

/**
 * Processor time of processes, their children, and children of theirs that have ended: what a piece of work costs,
 * whatever else the machine does.
 */
export async function processorSeconds(roots: readonly number[]): Promise<number> {
  const ids = new Set((await Promise.all(roots.map(processTree))).flat());
  const fields = await Promise.all([...ids].map(statFields));
  return secondsOf(fields.flatMap((each) => each.slice(11, 15)));
}
