/** Calls with the same key share one run of the work while it is under way. */
export function shareInFlight<Request, Result>(
  keyOf: (request: Request) => string,
  work: (request: Request) => Promise<Result>,
): (request: Request) => Promise<Result> {
  const inFlight = new Map<string, Promise<Result>>();
  return (request) => {
    const key = keyOf(request);
    const known = inFlight.get(key);
    if (known) return known;
    const running = work(request).finally(() => inFlight.delete(key));
    inFlight.set(key, running);
    return running;
  };
}
