/** Which final uploads are being joined in this process, and what came of it where it failed. */
export interface Joins {
  /** Fires when the process stops. */
  readonly stopping: AbortSignal;
  /** Begins `work`, which does not throw, unless that of the same upload is under way. */
  begin(id: string, work: () => Promise<void>): void;
  /** Notes why an attempt failed, or that the last one did not. */
  ended(id: string, failure: unknown): void;
  /** Why the last attempt failed; undefined when none did, and while another is under way. */
  failureOf(id: string): unknown;
  /** Resolves when none is under way. */
  settled(): Promise<void>;
}

export function createJoins(stopping: AbortSignal): Joins {
  const underWay = new Map<string, Promise<void>>();
  const failures = new Map<string, unknown>();
  return {
    stopping,
    begin(id, work) {
      if (underWay.has(id)) return;
      underWay.set(
        id,
        work().finally(() => underWay.delete(id)),
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
