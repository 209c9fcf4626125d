import { describe, expect, test } from 'vitest';
import { abortCodeOf } from '../../src/core/job-abort.js';
import type { RunningJob } from '../../src/core/running-job.js';
import type { JobQueueBench } from './job-queue-bench.js';

export function attemptBehaviour({ newKind, openQueue, job, eventually }: JobQueueBench): void {
  describe('attempts', () => {
    test('a retry is not tried before its time and counts as the next attempt', async () => {
      const kind = newKind();
      const { queue, work } = await openQueue(kind);
      const tries: { attempt: number; at: number }[] = [];
      await work(async ({ attempt }) => {
        tries.push({ attempt, at: performance.now() });
        return attempt === 1 ? { retryInSeconds: 0.4, error: 'busy' } : { done: true };
      });
      await queue.enqueue([job(kind)]);
      await eventually(() => expect(tries.map(({ attempt }) => attempt)).toEqual([1, 2]));
      expect((tries[1]?.at ?? 0) - (tries[0]?.at ?? 0)).toBeGreaterThanOrEqual(395);
    });

    test('a handler that throws is tried again up to the maximum and then becomes a dead letter', async () => {
      const kind = newKind();
      const { queue, work } = await openQueue(kind);
      const sent = job(kind, { key: 'k', payload: { x: 1 } });
      const attempts: number[] = [];
      await work(async ({ attempt }) => {
        attempts.push(attempt);
        throw new Error(`failure ${attempt}`);
      });
      await queue.enqueue([sent]);
      await eventually(async () => expect(await queue.deadLetter(sent.id)).toBeDefined());
      expect(attempts).toEqual([1, 2, 3]);
      const letter = await queue.deadLetter(sent.id);
      expect(letter).toMatchObject({
        ...{
          id: sent.id,
          kind,
          key: 'k',
          payload: { x: 1 },
          attempts: 3,
          replayedAt: null,
          failedReplays: 0,
        },
        reason: { code: 'job_failed', message: 'failure 3' },
      });
      expect(Math.abs(Date.now() - Date.parse(letter?.failedAt ?? ''))).toBeLessThan(60_000);
      expect(await queue.deadLetters({ limit: 10, kind })).toEqual([letter]);
    });
    test('the signal fires at the time limit, and the failure says so', async () => {
      const kind = newKind();
      const { queue, work } = await openQueue(kind, { timeLimitSeconds: 0.2, maximumAttempts: 1 });
      const sent = job(kind);
      let code: string | undefined;
      await work(async (_, { signal }) => {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        code = abortCodeOf(signal);
        throw new Error('child process was killed');
      });
      await queue.enqueue([sent]);
      await eventually(async () =>
        expect((await queue.deadLetter(sent.id))?.reason.code).toBe('time_limit_exceeded'),
      );
      expect(code).toBe('time_limit_exceeded');
    });

    test('a handler that ignores the time limit is abandoned and its attempt fails', async () => {
      const kind = newKind();
      const { queue, work } = await openQueue(kind, { timeLimitSeconds: 0.1, maximumAttempts: 1 });
      const sent = job(kind);
      await work(() => new Promise(() => {}));
      await queue.enqueue([sent]);
      await eventually(async () =>
        expect((await queue.deadLetter(sent.id))?.reason.code).toBe('time_limit_exceeded'),
      );
    });

    test('stop lets running jobs end within the grace and takes no new ones', async () => {
      const kind = newKind();
      const { queue, work } = await openQueue(kind);
      const gate = Promise.withResolvers<void>();
      const started: string[] = [];
      await work(async ({ id }) => {
        started.push(id);
        await gate.promise;
        return { done: true };
      }, 1);
      await queue.enqueue([job(kind), job(kind)]);
      await eventually(() => expect(started).toHaveLength(1));
      const stopped = queue.stop({ graceSeconds: 10 });
      gate.resolve();
      await stopped;
      expect(started).toHaveLength(1);
      const after = await openQueue(kind);
      expect(await after.queue.depth()).toEqual([{ kind, waiting: 1, active: 0 }]);
    });

    test('what still runs after the grace is aborted and runs again at once elsewhere, without losing a try', async () => {
      const kind = newKind();
      const first = await openQueue(kind, { maximumAttempts: 1 });
      const second = await openQueue(kind, { maximumAttempts: 1 });
      const sent = job(kind);
      const codes: (string | undefined)[] = [];
      const started = Promise.withResolvers<void>();
      await first.work(async (_, { signal }) => {
        started.resolve();
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        codes.push(abortCodeOf(signal));
        throw new Error('killed');
      });
      await first.queue.enqueue([sent]);
      await started.promise;
      await first.queue.stop({ graceSeconds: 0.05 });
      expect(codes).toEqual(['shutting_down']);
      const again: RunningJob[] = [];
      await second.work(async (running) => {
        again.push(running);
        return { done: true };
      });
      await eventually(() => expect(again).toHaveLength(1));
      expect(again[0]).toMatchObject({ id: sent.id, attempt: 2, maximumAttempts: 2 });
    });
  });
}
