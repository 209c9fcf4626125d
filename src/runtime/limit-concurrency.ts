/** Runs at most `maximum` tasks at once, the others wait their turn in order. A maximum of 1 makes a mutex. */
export function limitConcurrency(maximum: number): <T>(task: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;

  return async (task) => {
    // The one who leaves hands over its place, so that nobody slips in between.
    if (running >= maximum) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await task();
    } finally {
      const successor = waiting.shift();
      if (successor) successor();
      else running--;
    }
  };
}
