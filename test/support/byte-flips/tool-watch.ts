import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { residentBytes } from '../../../src/sandbox/run/process-group.js';

/** Often enough to see what grows for longer than a moment. */
const intervalMilliseconds = 500;

export interface Peaks {
  /** Resident, of the largest child. */
  readonly memoryBytes: number;
  readonly folderBytes: number;
}

/** Watches what the children of this process need, each with all that it started, and what a folder comes to hold. */
export function watchTools(folder: string): { stop(): Promise<Peaks> } {
  let peaks: Peaks = { memoryBytes: 0, folderBytes: 0 };
  const look = async () => {
    const [memoryBytes, folderBytes] = await Promise.all([largestTree(), sizeOf(folder)]);
    peaks = {
      memoryBytes: Math.max(peaks.memoryBytes, memoryBytes),
      folderBytes: Math.max(peaks.folderBytes, folderBytes),
    };
  };
  let looking = Promise.resolve();
  const timer = setInterval(() => {
    looking = looking.then(look);
  }, intervalMilliseconds);
  return {
    async stop() {
      clearInterval(timer);
      await looking;
      await look();
      return peaks;
    },
  };
}

async function largestTree(): Promise<number> {
  const childrenOf = await parentage();
  const bytesOf = async (processId: number): Promise<number> => {
    const children = await Promise.all((childrenOf.get(processId) ?? []).map(bytesOf));
    return children.reduce((sum, bytes) => sum + bytes, (await residentBytes(processId)) ?? 0);
  };
  return Math.max(0, ...(await Promise.all((childrenOf.get(process.pid) ?? []).map(bytesOf))));
}

/** The children of every process; none where the system has no /proc. */
async function parentage(): Promise<Map<number, number[]>> {
  const ids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const parents = await Promise.all(
    ids.map(async (id) => {
      const stat = await readFile(`/proc/${id}/stat`, 'latin1').catch(() => '');
      // The name before it may hold anything, brackets and blanks too.
      return { id: Number(id), parent: Number(/^.*\) \S (\d+)/s.exec(stat)?.[1] ?? 0) };
    }),
  );
  const children = Map.groupBy(parents, ({ parent }) => parent);
  return new Map([...children].map(([parent, group]) => [parent, group.map(({ id }) => id)]));
}

async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      stat(join(entry.parentPath, entry.name)).then(
        ({ size }) => size,
        () => 0,
      ),
    );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
