import { takeTurns } from './take-turns.js';

/** Which final uploads are being joined in this process or wait for that, and what came of it where it failed. */
export interface Joins {
  /** Fires when the process stops. */
  readonly stopping: AbortSignal;
  /** Has `work`, which does not throw, done in its caller's turn, unless that of the same upload is under way or waits. */
  begin(upload: { readonly id: string; readonly actor: string }, work: () => Promise<void>): void;
  /** Notes why an attempt failed, or that the last one did not. */
  ended(id: string, failure: unknown): void;
  /** Why the last attempt failed; undefined when none did, and while another is under way. */
  failureOf(id: string): unknown;
  /** Resolves when none is under way. */
  settled(): Promise<void>;
}

export function createJoins(limits: { readonly maximumJoins: number }, stopping: AbortSignal): Joins {
  const inTurn = takeTurns(limits.maximumJoins);
  const underWay = new Map<string, Promise<void>>();
  const failures = new Map<string, unknown>();
  return {
    stopping,
    begin({ id, actor }, work) {
      if (underWay.has(id)) return;
      underWay.set(
        id,
        inTurn(actor, async () => {
          if (!stopping.aborted) await work();
        }).finally(() => underWay.delete(id)),
      );
    },
    ended(id, failure) {
      if (failure === undefined) failures.delete(id);
      else failures.set(id, failure);
    },
    failureOf: (id) => failures.get(id),
    async settled() {
      while (underWay.size > 0) await Promise.all(underWay.values());
    },
  };
}
