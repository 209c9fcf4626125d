import type { ActiveJob } from './take-back.js';

/**
 * Tells whose workers have fallen silent: whose heartbeat has stayed the same for a lease while it was watched, by this
 * process's own steady clock. What time a heartbeat says it is does not count: a machine's clock may be set.
 */
export interface SilenceWatch {
  /** Those that have been silent for too long. */
  observe(active: readonly ActiveJob[]): ActiveJob[];
  /** Begins anew: for a while nobody could be heard. */
  forget(): void;
}

export function createSilenceWatch(nowMs: () => number): SilenceWatch {
  let heard = new Map<string, { readonly heartbeat: string; readonly sinceMs: number }>();
  return {
    observe(active) {
      const now = nowMs();
      const known = heard;
      heard = new Map(
        active.map(({ id, heartbeat }) => {
          const last = known.get(id);
          return [id, last?.heartbeat === heartbeat ? last : { heartbeat, sinceMs: now }];
        }),
      );
      return active.filter(
        ({ id, leaseSeconds }) => now - (heard.get(id)?.sinceMs ?? now) >= leaseSeconds * 1000,
      );
    },
    forget: () => heard.clear(),
  };
}
