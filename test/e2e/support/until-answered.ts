import { setTimeout as delay } from 'node:timers/promises';

/** Asks again until there is an answer, as a client would whose server was killed; the last failure after the deadline. */
export async function untilAnswered<T>(ask: () => Promise<T>, deadlineSeconds: number): Promise<T> {
  const deadline = performance.now() + deadlineSeconds * 1000;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await delay(200);
    }
  }
}
