/**
 * Does work under a signal of its own, which fires with `outer` too. Where `outer` lives as long as the process, nothing of the work
 * stays with it afterwards, as listeners at an `AbortSignal.any` of it would.
 */
export async function underOwnSignal<Result>(
  outer: AbortSignal,
  work: (own: AbortController) => Promise<Result>,
): Promise<Result> {
  const own = new AbortController();
  const pass = () => own.abort(outer.reason);
  outer.addEventListener('abort', pass, { once: true });
  if (outer.aborted) pass();
  try {
    return await work(own);
  } finally {
    outer.removeEventListener('abort', pass);
  }
}
