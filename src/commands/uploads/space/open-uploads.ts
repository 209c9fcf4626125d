/**
 * Which uploads are open, whose they are, and the bytes each was promised and has not used: kept in memory, so that one
 * more costs the same however many there are. A promise lapses when nothing has come for a while; its upload stays open.
 */
export interface OpenUploads {
  /** Whether it was not there yet. */
  add(id: string, actor: string): boolean;
  /** With its promise. Repeating is harmless. */
  remove(id: string): void;
  count(): number;
  countOf(actor: string): number;
  /** In place of what was promised before. */
  promise(id: string, leftBytes: number, activeAtMilliseconds?: number): void;
  promisedTo(id: string): number;
  /** Has the promise of an upload that is worked on not lapse, until it is released. */
  hold(id: string): void;
  release(id: string): void;
  /** Bytes came: the promise is less by so many, and holds on. */
  used(id: string, bytes: number): void;
  /** All together. */
  promisedBytes(): number;
}

export function createOpenUploads(options: {
  readonly reservationSeconds: number;
  readonly nowMilliseconds: () => number;
}): OpenUploads {
  const { reservationSeconds, nowMilliseconds } = options;
  const actors = new Map<string, string>();
  const counts = new Map<string, number>();
  /** In the order of their last activity. */
  const promises = new Map<string, { readonly leftBytes: number; readonly activeAtMilliseconds: number }>();
  const held = new Set<string>();
  let sumBytes = 0;

  function withdraw(id: string): void {
    sumBytes -= promises.get(id)?.leftBytes ?? 0;
    promises.delete(id);
  }

  function promise(id: string, leftBytes: number, activeAtMilliseconds = nowMilliseconds()): void {
    withdraw(id);
    if (leftBytes <= 0) return;
    promises.set(id, { leftBytes, activeAtMilliseconds });
    sumBytes += leftBytes;
  }

  function lapse(): void {
    const before = nowMilliseconds() - reservationSeconds * 1000;
    for (const [id, { activeAtMilliseconds }] of promises) {
      if (activeAtMilliseconds > before) return;
      if (held.has(id)) continue;
      withdraw(id);
    }
  }

  return {
    add(id, actor) {
      if (actors.has(id)) return false;
      actors.set(id, actor);
      counts.set(actor, (counts.get(actor) ?? 0) + 1);
      return true;
    },
    remove(id) {
      withdraw(id);
      const actor = actors.get(id);
      if (actor === undefined) return;
      actors.delete(id);
      const left = (counts.get(actor) ?? 1) - 1;
      if (left === 0) counts.delete(actor);
      else counts.set(actor, left);
    },
    count: () => actors.size,
    countOf: (actor) => counts.get(actor) ?? 0,
    promise,
    promisedTo(id) {
      lapse();
      return promises.get(id)?.leftBytes ?? 0;
    },
    hold: (id) => void held.add(id),
    release(id) {
      held.delete(id);
      promise(id, promises.get(id)?.leftBytes ?? 0);
    },
    used(id, bytes) {
      const current = promises.get(id);
      if (current) promise(id, current.leftBytes - bytes);
    },
    promisedBytes() {
      lapse();
      return sumBytes;
    },
  };
}
