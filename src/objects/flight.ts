/** Tasks of which at most so many run at once. */
export interface Flight {
  /** Begins a task once there is room for it. Throws what an earlier one threw. */
  start(task: () => Promise<void>): Promise<void>;
  /** Resolves when all have ended; throws what the first that failed threw. */
  landed(): Promise<void>;
}

export function createFlight(maximum: number): Flight {
  const running = new Set<Promise<void>>();
  let failure: { readonly error: unknown } | undefined;
  const throwFailure = () => {
    if (failure) throw failure.error;
  };
  return {
    async start(task) {
      while (running.size >= maximum) await Promise.race(running);
      throwFailure();
      const run: Promise<void> = task()
        .catch((error: unknown) => {
          failure ??= { error };
        })
        .finally(() => running.delete(run));
      running.add(run);
    },
    async landed() {
      while (running.size > 0) await Promise.race(running);
      throwFailure();
    },
  };
}
