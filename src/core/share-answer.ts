/**
 * One answer for all who ask: it is worked out once at a time, and given again until it is so old. Who wants it `fresh`
 * gets one that was begun after they asked, together with all others who do.
 */
export function shareAnswer<Answer>(
  workOut: () => Promise<Answer>,
  options: { readonly maximumAgeMilliseconds: number; readonly now: () => number },
): (wanted?: { readonly fresh: boolean }) => Promise<Answer> {
  const { maximumAgeMilliseconds, now } = options;
  let last: { readonly begunAt: number; readonly answer: Promise<Answer> } | undefined;
  let running: Promise<unknown> | undefined;
  let next: Promise<Answer> | undefined;

  function begin(): Promise<Answer> {
    const mine = { begunAt: now(), answer: workOut() };
    last = mine;
    const ended = () => {
      running = undefined;
    };
    running = mine.answer.then(ended, () => {
      ended();
      // A failure is told to those who waited for it, and to nobody after them.
      if (last === mine) last = undefined;
    });
    return mine.answer;
  }

  return ({ fresh } = { fresh: false }) => {
    if (!fresh && last && (running || now() - last.begunAt < maximumAgeMilliseconds)) return last.answer;
    if (!running) return begin();
    next ??= running.then(() => {
      next = undefined;
      return begin();
    });
    return next;
  };
}
