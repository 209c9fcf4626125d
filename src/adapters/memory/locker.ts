import type { Lock, Locker } from '../../core/locker.js';

/** What lockers of several processes share, as leases in a database would be. */
export interface MemoryLocks {
  readonly holders: Map<string, AbortController>;
  /** Ends the lease of whoever has this key, as when a process is paused for too long. */
  expire(key: string): void;
}

export function createMemoryLocks(): MemoryLocks {
  const holders = new Map<string, AbortController>();
  return {
    holders,
    expire(key) {
      const holder = holders.get(key);
      holders.delete(key);
      holder?.abort(new Error(`The lock of ${key} is lost`));
    },
  };
}

/** Locks that can be lost while their holder lives. */
export const createMemoryLocker = ({ holders }: MemoryLocks): Locker => ({
  async acquire(key): Promise<Lock | undefined> {
    if (holders.has(key)) return undefined;
    const holder = new AbortController();
    holders.set(key, holder);
    return {
      lost: holder.signal,
      async release() {
        if (holders.get(key) === holder) holders.delete(key);
      },
    };
  },
});
