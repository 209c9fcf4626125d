import type { Lock, Locker } from '../../core/locker.js';

/**
 * Locks within this process. On a local disk that is enough: who writes uploads has the role `command`, and the lock file of a role
 * (`lockRole`, or `lockDataFolder` where all roles are one process) lets one process of a data folder have it. The system takes that
 * back when the process ends in any way, so that no lock outlives its holder and none is lost before.
 */
export function createProcessLocker(): Locker {
  const held = new Set<string>();
  return {
    async acquire(key): Promise<Lock | undefined> {
      if (held.has(key)) return undefined;
      held.add(key);
      let isHeld = true;
      return {
        lost: new AbortController().signal,
        async release() {
          if (isHeld) held.delete(key);
          isHeld = false;
        },
      };
    },
  };
}
