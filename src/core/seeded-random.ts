/**
 * Numbers from 0 up to 1 that depend on the seed alone (mulberry32, a generator of 32 bits of state: enough to split
 * data sets and to make up tests, for nothing that has to be unforeseeable).
 */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The same in an order that depends on the seed alone (Fisher and Yates). */
export function shuffled<Each>(list: readonly Each[], random: () => number): Each[] {
  const order = [...list];
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [order[last], order[other]] = [order[other] as Each, order[last] as Each];
  }
  return order;
}
