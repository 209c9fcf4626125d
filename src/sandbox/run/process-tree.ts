import { readdir, readFile } from 'node:fs/promises';
import { residentBytes, signalProcess } from './process-group.js';

/** More is a tool that does nothing but to start others. */
export const mostProcesses = 200;

/** A number is used again when a process is gone; together with when it began it is not. */
interface Seen {
  readonly processId: number;
  readonly beganAt: string;
}

/** What a process has started that has not been left to others, and that is not counted further than `mostProcesses`. */
export async function descendantsOf(processId: number): Promise<readonly number[]> {
  const found = [processId];
  // Grows while it is gone through.
  for (const next of found) if (found.length <= mostProcesses) found.push(...(await childrenOf(next)));
  return found.slice(1);
}

/** Each thread has those that it started. Nothing where the system does not tell. */
async function childrenOf(processId: number): Promise<readonly number[]> {
  const threads = await readdir(`/proc/${processId}/task`).catch(() => []);
  const texts = await Promise.all(
    threads.map((id) => readFile(`/proc/${processId}/task/${id}/children`, 'utf8').catch(() => '')),
  );
  return texts.flatMap((text) => text.split(' ').filter(Boolean).map(Number));
}

const beganAt = async (processId: number): Promise<string | undefined> =>
  /^.*\) \S(?: \S+){18} (\d+)/s.exec(await readFile(`/proc/${processId}/stat`, 'utf8').catch(() => ''))?.[1];

/** Keeps in sight what a tool starts, so that it is counted, and ended with the tool though it has left its group. */
export function watchDescendants() {
  const seen = new Map<number, Seen>();
  return {
    /** Resident memory of a process and all its descendants, and how many these are. */
    async look(processId: number): Promise<{ readonly memoryBytes: number; readonly processes: number }> {
      const ids = await descendantsOf(processId);
      for (const id of ids) {
        if (seen.has(id)) continue;
        const began = await beganAt(id);
        if (began !== undefined) seen.set(id, { processId: id, beganAt: began });
      }
      const each = await Promise.all([processId, ...ids].map(residentBytes));
      return { memoryBytes: each.reduce<number>((sum, bytes = 0) => sum + bytes, 0), processes: ids.length };
    },
    async end(): Promise<void> {
      for (const { processId, beganAt: began } of seen.values())
        if ((await beganAt(processId)) === began) signalProcess(processId, 'SIGKILL');
    },
  };
}
