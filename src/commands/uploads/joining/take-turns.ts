/**
 * Runs at most `maximum` tasks at once. Callers that wait take turns, so that one with many does not keep the others
 * waiting for all of them; each one's own come in their order.
 */
export function takeTurns(
  maximum: number,
): <Result>(caller: string, task: () => Promise<Result>) => Promise<Result> {
  /** In the order of their turns. */
  const waiting = new Map<string, (() => void)[]>();
  let running = 0;

  function admit(): void {
    const [next] = waiting;
    if (next === undefined || running >= maximum) return;
    const [caller, [first, ...others]] = next;
    waiting.delete(caller);
    if (others.length > 0) waiting.set(caller, others);
    running++;
    first?.();
  }

  return async (caller, task) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const own = waiting.get(caller);
    if (own) own.push(resolve);
    else waiting.set(caller, [resolve]);
    admit();
    await promise;
    try {
      return await task();
    } finally {
      running--;
      admit();
    }
  };
}
