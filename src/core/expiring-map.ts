/** A cache: what was put in is there for a while, unless it has to make room. */
export interface ExpiringMap<Key, Value> {
  get(key: Key): Value | undefined;
  set(key: Key, value: Value): void;
  delete(key: Key): void;
  clear(): void;
}

export function createExpiringMap<Key, Value>(options: {
  /** Beyond it the oldest makes room. */
  readonly capacity: number;
  readonly lifetimeMilliseconds: number;
  readonly nowMilliseconds: () => number;
}): ExpiringMap<Key, Value> {
  const { capacity, lifetimeMilliseconds, nowMilliseconds } = options;
  /** In the order in which they were put in. */
  const entries = new Map<Key, { readonly value: Value; readonly expiresAt: number }>();
  return {
    get(key) {
      const entry = entries.get(key);
      if (!entry) return undefined;
      if (entry.expiresAt > nowMilliseconds()) return entry.value;
      entries.delete(key);
      return undefined;
    },
    set(key, value) {
      entries.delete(key);
      entries.set(key, { value, expiresAt: nowMilliseconds() + lifetimeMilliseconds });
      const [oldest] = entries.keys();
      if (entries.size > capacity && oldest !== undefined) entries.delete(oldest);
    },
    delete: (key) => void entries.delete(key),
    clear: () => entries.clear(),
  };
}
