/** What the clients are waiting for, so that it can be told into what a kill struck. */
export interface Activity {
  during<Result>(what: string, work: () => Promise<Result>): Promise<Result>;
  /** Each once, however many are at it. */
  now(): string[];
}

export function createActivity(): Activity {
  const counts = new Map<string, number>();
  const add = (what: string, one: number) => counts.set(what, (counts.get(what) ?? 0) + one);
  return {
    async during(what, work) {
      add(what, 1);
      try {
        return await work();
      } finally {
        add(what, -1);
      }
    },
    now: () => [...counts].flatMap(([what, count]) => (count > 0 ? [what] : [])),
  };
}
