/**
 * Lets so many tasks run at once, the others in turn. A server takes a hundred streams a connection, and who asks for one more
 * waits without a word: what is asked of it is kept below that.
 */
export interface Lanes {
  run<Result>(task: () => Promise<Result>): Promise<Result>;
  waiting(): number;
}

export function createLanes(width: number): Lanes {
  const queue: (() => void)[] = [];
  let busy = 0;
  const leave = () => {
    const next = queue.shift();
    // The place passes on to whoever is next, so that nobody can come between.
    if (next) next();
    else busy--;
  };
  return {
    async run(task) {
      if (busy < width) busy++;
      else await new Promise<void>((resolve) => queue.push(resolve));
      try {
        return await task();
      } finally {
        leave();
      }
    },
    waiting: () => queue.length,
  };
}
