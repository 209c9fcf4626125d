import { describe, expect, test } from 'vitest';
import type { JobQueueBench } from './job-queue-bench.js';

export function fairnessBehaviour({
  newKind,
  openQueue,
  job,
  eventually,
  untilQueueTimePassed,
}: JobQueueBench): void {
  describe('fairness', () => {
    test('later jobs overtake a film within its patience, and those that come after that wait for it', async () => {
      const kind = newKind();
      const { queue, work } = await openQueue(kind);
      const named = (name: string, patienceSeconds?: number) =>
        job(kind, { payload: { name }, ...(patienceSeconds && { patienceSeconds }) });
      // Holds the one slot until all others are at hand, which takes an engine a moment that has them elsewhere first.
      await queue.enqueue([named('first')]);
      const others = Promise.withResolvers<void>();
      const order: unknown[] = [];
      await work(async ({ payload }) => {
        order.push(payload.name);
        await others.promise;
        return { done: true };
      }, 1);
      await eventually(() => expect(order).toEqual(['first']));
      await queue.enqueue([named('epic', 600), named('film', 4), named('clip')]);
      await queue.enqueue([named('second clip')]);
      await untilQueueTimePassed(5);
      await queue.enqueue([named('late clip')]);
      await untilQueueTimePassed(1);
      others.resolve();
      await eventually(() =>
        expect(order).toEqual(['first', 'clip', 'second clip', 'film', 'late clip', 'epic']),
      );
    });

    test('a replayed job takes the place it had, and is as long as it was', async () => {
      const kind = newKind();
      const { queue, work } = await openQueue(kind);
      const film = job(kind, { long: true });
      await queue.enqueue([film]);
      await work(async () => ({ deadLetter: { code: 'job_failed', message: 'Broken' } }));
      await eventually(async () => expect(await queue.deadLetter(film.id)).toBeDefined());
      await queue.stop({ graceSeconds: 1 });
      const again = await openQueue(kind);
      // Places are told apart by the second at least.
      const later = job(kind, { patienceSeconds: 2 });
      await again.queue.enqueue([later]);
      const replayId = await again.queue.replay(film.id);
      const order: unknown[] = [];
      await again.work(async ({ id, long }) => {
        order.push([id, long]);
        return { done: true };
      }, 1);
      await eventually(() =>
        expect(order).toEqual([
          [replayId, true],
          [later.id, undefined],
        ]),
      );
    });

    test('while long jobs hold all slots, short ones go on, one at a time; long ones never get the extra slot', async () => {
      const kind = newKind();
      const { queue, work } = await openQueue(kind);
      const named = (name: string, long: boolean) => job(kind, { payload: { name }, long });
      const films = [named('film 1', true), named('film 2', true)];
      const clips = [named('clip 1', false), named('clip 2', false), named('clip 3', false)];
      await queue.enqueue(films);
      const running = new Map<unknown, () => void>();
      await work(async ({ payload }) => {
        await new Promise<void>((resolve) => running.set(payload.name, resolve));
        return { done: true };
      }, 1);
      const of = (length: string) => [...running.keys()].filter((name) => String(name).startsWith(length));
      // Which of them is nobody's promise: each has a key of its own.
      const runs = (films: number, clips: number) =>
        eventually(() => expect([of('film').length, of('clip').length]).toEqual([films, clips]));
      const end = (length: string) => {
        for (const name of of(length)) {
          running.get(name)?.();
          running.delete(name);
        }
      };
      await runs(1, 0);
      await queue.enqueue(clips);
      await runs(1, 1);
      expect(await queue.depth()).toEqual([{ kind, waiting: 3, active: 2 }]);
      end('clip');
      await runs(1, 1);
      end('film');
      // The slot is free only when the end is recorded: a clip that ended before that would make way for the next clip.
      await eventually(async () => expect(await queue.depth()).toEqual([{ kind, waiting: 2, active: 1 }]));
      expect([of('film').length, of('clip').length]).toEqual([0, 1]);
      end('clip');
      await runs(1, 1);
      end('clip');
      end('film');
      await eventually(async () => expect(await queue.depth()).toEqual([{ kind, waiting: 0, active: 0 }]));
    });
  });
}
