import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** A pid alone may be somebody else's by now. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it began, as the system tells it. */
  readonly begun: string;
}

/** When the process began; undefined when there is none, or only its zombie. */
export function begunAt(pid: number): string | undefined {
  if (process.platform === 'linux') {
    try {
      // The name in the second field may hold anything, so fields are counted from behind it.
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ');
      return fields[0] === 'Z' ? undefined : fields[19];
    } catch {
      return undefined;
    }
  }
  try {
    return execFileSync('ps', ['-p', `${pid}`, '-o', 'lstart='], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
}

export const isRunning = ({ pid, begun }: ProcessIdentity): boolean => begunAt(pid) === begun;

/** Starts a program that outlives this one, in a process group of its own, its output going to a file. */
export async function startDetached(
  program: string,
  args: readonly string[],
  { logFile, folder, ipc = false }: { logFile: string; folder: string; ipc?: boolean },
): Promise<ChildProcess & { readonly pid: number }> {
  const output = openSync(logFile, 'a');
  const child = spawn(program, [...args], {
    cwd: folder,
    detached: true,
    stdio: ['ignore', output, output, ...(ipc ? (['ipc'] as const) : [])],
  });
  closeSync(output);
  await once(child, 'spawn');
  child.unref();
  return child as ChildProcess & { readonly pid: number };
}

const CLEAN_END_MILLISECONDS = 15_000;

/** Ends the process and its group, first by asking. Safe to repeat. */
export async function endProcess(identity: ProcessIdentity): Promise<void> {
  for (const [signal, patience] of [
    ['SIGTERM', CLEAN_END_MILLISECONDS],
    ['SIGKILL', 5_000],
  ] as const) {
    if (!isRunning(identity)) return;
    process.kill(-identity.pid, signal);
    const deadline = performance.now() + patience;
    while (isRunning(identity) && performance.now() < deadline) await delay(20);
  }
  if (isRunning(identity)) throw new Error(`Process ${identity.pid} does not end`);
}
