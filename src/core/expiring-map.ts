/** A cache: what was put in is there for a while, unless it has to make room. */
export interface ExpiringMap<Key, Value> {
  get(key: Key): Value | undefined;
  set(key: Key, value: Value): void;
  delete(key: Key): void;
  clear(): void;
}

export function createExpiringMap<Key, Value>(options: {
  /** The weight of all together. Beyond it the oldest make room; what is heavier by itself is not taken. */
  readonly capacity: number;
  /** As it is when the value is put in. */
  readonly weigh?: (value: Value) => number;
  readonly lifetimeMilliseconds: number;
  readonly nowMilliseconds: () => number;
}): ExpiringMap<Key, Value> {
  const { capacity, weigh = () => 1, lifetimeMilliseconds, nowMilliseconds } = options;
  /** In the order in which they were put in. */
  const entries = new Map<
    Key,
    { readonly value: Value; readonly weight: number; readonly expiresAt: number }
  >();
  let total = 0;

  function remove(key: Key): void {
    total -= entries.get(key)?.weight ?? 0;
    entries.delete(key);
  }

  return {
    get(key) {
      const entry = entries.get(key);
      if (!entry) return undefined;
      if (entry.expiresAt > nowMilliseconds()) return entry.value;
      remove(key);
      return undefined;
    },
    set(key, value) {
      remove(key);
      const weight = weigh(value);
      if (weight > capacity) return;
      entries.set(key, { value, weight, expiresAt: nowMilliseconds() + lifetimeMilliseconds });
      total += weight;
      for (const oldest of entries.keys()) {
        if (total <= capacity) return;
        remove(oldest);
      }
    },
    delete: remove,
    clear() {
      entries.clear();
      total = 0;
    },
  };
}
