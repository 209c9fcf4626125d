import { setImmediate as immediate } from 'node:timers/promises';
import { isPassing } from '../../../core/errors.js';

interface Waiting<Request, Answer> {
  readonly request: Request;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/** What takes longer, such as a stream of thousands of events, is not waited for by those that come after it. */
const SLOW_MILLISECONDS = 20;
/** So many take a connection each at the most. */
const MOST_UNDER_WAY = 3;

/**
 * Questions that come in while others are being answered are asked together afterwards, since a round trip costs more than
 * most answers. `ask` answers in the order of its requests. Each is asked after it came in, so that it is told what holds then.
 */
export function gather<Request, Answer>(
  ask: (requests: readonly Request[]) => Promise<readonly Answer[]>,
  mostAtOnce: number,
): (request: Request) => Promise<Answer> {
  let waiting: Waiting<Request, Answer>[] = [];
  let isRunning = false;
  const underWay = new Set<Promise<void>>();

  async function run(): Promise<void> {
    isRunning = true;
    while (waiting.length > 0) {
      // Lets everything that this turn of the event loop still brings come along.
      await immediate();
      const batch = waiting.slice(0, mostAtOnce);
      waiting = waiting.slice(mostAtOnce);
      const answering: Promise<void> = answer(batch).finally(() => underWay.delete(answering));
      underWay.add(answering);
      await endedOrSlow(answering);
      if (underWay.size >= MOST_UNDER_WAY) await Promise.race(underWay);
    }
    isRunning = false;
  }

  async function answer(batch: readonly Waiting<Request, Answer>[]): Promise<void> {
    try {
      const answers = await ask(batch.map(({ request }) => request));
      for (const [index, { resolve }] of batch.entries()) resolve(answers[index] as Answer);
    } catch (error) {
      if (batch.length === 1 || isPassing(error)) for (const { reject } of batch) reject(error);
      // One question that the database cannot take must not fail its neighbours.
      else for (const one of batch) await answer([one]);
    }
  }

  return (request) =>
    new Promise((resolve, reject) => {
      waiting.push({ request, resolve, reject });
      if (!isRunning) void run();
    });
}

async function endedOrSlow(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const slow = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, SLOW_MILLISECONDS);
  });
  await Promise.race([work, slow]);
  clearTimeout(timer);
}
