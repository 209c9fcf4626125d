/** The work's own end, or the signal's reason when the work does not heed the signal. */
export async function endOf<Result>(
  work: Promise<Result>,
  signal: AbortSignal,
  seconds: number,
): Promise<Result> {
  const ignored = Promise.withResolvers<never>();
  let timer: NodeJS.Timeout | undefined;
  const onAbort = () => {
    timer = setTimeout(() => ignored.reject(signal.reason), seconds * 1000);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([work, ignored.promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}
