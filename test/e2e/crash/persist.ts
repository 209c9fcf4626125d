import { setTimeout as delay } from 'node:timers/promises';

/** Come again: the server says so, or somebody else is still at it. */
const AGAIN = [423, 429, 503, 507];

/** Sends the same request until it is answered, as a client does whose server is killed; undefined when it gives up. */
export type Persist = (send: () => Promise<Response>) => Promise<Response | undefined>;

export const createPersist =
  (patienceSeconds: number): Persist =>
  (send) =>
    persist(send, patienceSeconds);

async function persist(
  send: () => Promise<Response>,
  patienceSeconds: number,
): Promise<Response | undefined> {
  const deadline = performance.now() + patienceSeconds * 1000;
  while (performance.now() < deadline) {
    const answer = await send().catch(() => undefined);
    if (answer && !(await isToComeAgain(answer))) return answer;
    await answer?.body?.cancel().catch(() => {});
    await delay(100);
  }
  return undefined;
}

/** A form under a key whose first sending is still being read is told 409, as the draft of `Idempotency-Key` wants it. */
async function isToComeAgain(answer: Response): Promise<boolean> {
  if (answer.status !== 409) return AGAIN.includes(answer.status);
  const text = await answer.clone().text();
  return text.includes('"upload_locked"');
}
