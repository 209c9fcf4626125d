/** A part of the log that was written at once. */
export interface Stretch {
  /** Place of the last event before it, 0 for none. */
  readonly after: number;
  /** Place of its last event. */
  readonly last: number;
  /** Every type of event in it. */
  readonly types: ReadonlySet<string>;
}

/** Remembers what kinds of events were written lately, so that nobody needs to read what holds nothing for them. */
export interface Stretches {
  add(stretch: Stretch): void;
  /** The log may hold something else by now. */
  forgetAll(): void;
  /** The farthest place that can be reached from `place` without passing an event of these types. */
  reachableWithout(types: readonly string[], place: number): number;
}

const REMEMBERED = 1_000;

export function createStretches(): Stretches {
  const byStart = new Map<number, Stretch>();
  return {
    add(stretch) {
      byStart.set(stretch.after, stretch);
      for (const oldest of byStart.keys()) {
        if (byStart.size <= REMEMBERED) break;
        byStart.delete(oldest);
      }
    },
    forgetAll: () => byStart.clear(),
    reachableWithout(types, place) {
      let reached = place;
      for (let next = byStart.get(reached); next; next = byStart.get(reached)) {
        const { types: written } = next;
        if (next.last <= reached || types.some((type) => written.has(type))) break;
        reached = next.last;
      }
      return reached;
    },
  };
}
