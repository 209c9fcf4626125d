/** A cache bounded by the weight of what is in it: what has not been asked for since it was last looked at makes room first. */
export interface BoundedMap<Key, Value> {
  get(key: Key): Value | undefined;
  set(key: Key, value: Value, weight: number): void;
  delete(key: Key): void;
  clear(): void;
  readonly size: number;
  /** Of all that is in it. */
  readonly weight: number;
}

interface Held<Value> {
  readonly value: Value;
  readonly weight: number;
  wasAsked: boolean;
}

/**
 * "Second chance" (Corbató 1969): nearly as good as the least recently used, and being asked for costs a flag. What is
 * heavier than the whole is not taken.
 */
export function createBoundedMap<Key, Value>(maximumWeight: number): BoundedMap<Key, Value> {
  const entries = new Map<Key, Held<Value>>();
  let total = 0;

  function remove(key: Key): void {
    const held = entries.get(key);
    if (!held) return;
    entries.delete(key);
    total -= held.weight;
  }

  function makeRoom(weight: number): void {
    for (const [key, held] of entries) {
      if (total + weight <= maximumWeight) return;
      remove(key);
      if (!held.wasAsked) continue;
      // At the end, where this very loop meets it again if it has to.
      held.wasAsked = false;
      entries.set(key, held);
      total += held.weight;
    }
  }

  return {
    get(key) {
      const held = entries.get(key);
      if (!held) return undefined;
      held.wasAsked = true;
      return held.value;
    },
    set(key, value, weight) {
      remove(key);
      if (weight > maximumWeight) return;
      makeRoom(weight);
      entries.set(key, { value, weight, wasAsked: false });
      total += weight;
    },
    delete: remove,
    clear() {
      entries.clear();
      total = 0;
    },
    get size() {
      return entries.size;
    },
    get weight() {
      return total;
    },
  };
}
