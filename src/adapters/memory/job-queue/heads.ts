import type { Room } from '../../../consuming/slots.js';
import type { MemoryJob } from './memory-job.js';

export const fits = (row: MemoryJob, room: Room): boolean =>
  !(room.shortOnly && row.isLong) && !(room.unsuspectedOnly && row.isSuspect);

/**
 * Those of a kind that may be taken now, in the order in which they go: of each key the one that was begun, else the
 * first that was put in, and none while one of the key is at work or waits to be tried again.
 */
export function headsOf(rows: Iterable<MemoryJob>, kind: string): MemoryJob[] {
  const byKey = new Map<string, MemoryJob>();
  const busy = new Set<string>();
  for (const row of rows) {
    const { key } = row.job;
    if (row.job.kind !== kind) continue;
    if (row.state === 'active') busy.add(key);
    if (row.state !== 'waiting') continue;
    if (!byKey.has(key) || row.attempt > 0) byKey.set(key, row);
  }
  return [...byKey.values()]
    .filter((row) => row.isDue && !busy.has(row.job.key))
    .toSorted((one, other) => one.place - other.place);
}
