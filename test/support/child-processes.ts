import { readdir, readFile } from 'node:fs/promises';

export interface ChildProcess {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
  readonly command: string;
}

/** Every process of the machine, in the order of their ids, so that parents mostly come before their children. */
export async function allProcesses(): Promise<ChildProcess[]> {
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      const parent = Number(/^PPid:\s*(\d+)/m.exec(status)?.[1]);
      return { pid, parent, name: /^Name:\s*(\S+)/m.exec(status)?.[1] ?? '', command };
    }),
  );
  return found.toSorted((a, b) => a.pid - b.pid);
}

/** What a process has started, and what that has. */
export async function descendantsOf(root: number): Promise<ChildProcess[]> {
  const family = new Set([root]);
  const processes = await allProcesses();
  for (const { pid, parent } of processes) if (family.has(parent)) family.add(pid);
  return processes.filter(({ pid }) => pid !== root && family.has(pid));
}
