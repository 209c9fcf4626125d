import { randomUUID } from 'node:crypto';
import { describe, expect, test, vi } from 'vitest';
import { originOf } from '../../src/core/request-origin.js';
import type { JobHandler, RunningJob } from '../../src/core/running-job.js';
import type { JobQueueBench } from './job-queue-bench.js';

export function deadLetterBehaviour({ newKind, openQueue, job, eventually }: JobQueueBench): void {
  describe('dead letters', () => {
    test('dead letters outlive the process, newest first, and replay once under a new id', async () => {
      const kind = newKind();
      const first = await openQueue(kind);
      const [a, b] = [job(kind, { payload: { n: 'a' } }), job(kind, { payload: { n: 'b' } })];
      await first.work(async () => ({ deadLetter: { code: 'job_failed', message: 'Broken' } }));
      for (const sent of [a, b]) {
        await first.queue.enqueue([sent]);
        await eventually(async () => expect(await first.queue.deadLetter(sent.id)).toBeDefined());
      }
      await first.queue.stop({ graceSeconds: 1 });

      const { queue, work } = await openQueue(kind);
      expect((await queue.deadLetters({ limit: 10, kind })).map(({ id }) => id)).toEqual([b.id, a.id]);
      expect(await queue.deadLetters({ limit: 1, kind })).toHaveLength(1);
      const found = await queue.deadLetters({ limit: 10, idPrefix: a.id.slice(0, 18) });
      expect(found.map(({ id }) => id)).toEqual([a.id]);
      const replayed: RunningJob[] = [];
      await work(async (running) => {
        replayed.push(running);
        return { done: true };
      });
      const ids = await Promise.all([queue.replay(a.id), queue.replay(a.id)]);
      expect(await queue.replay(a.id)).toBe(ids[0]);
      expect(new Set(ids)).toHaveLength(1);
      expect(ids[0]).not.toBe(a.id);
      await eventually(async () => {
        expect(replayed).toHaveLength(1);
        expect(await queue.depth()).toEqual([{ kind, waiting: 0, active: 0 }]);
      });
      expect(replayed[0]).toMatchObject({
        id: ids[0],
        key: a.key,
        payload: { n: 'a' },
        attempt: 1,
        ...originOf(a),
      });
      expect((await queue.deadLetter(a.id))?.replayedAt).not.toBeNull();
      expect((await queue.deadLetter(b.id))?.replayedAt).toBeNull();
    });

    test('a dead letter whose replay fails for good again is still one, says how often, and replays once more', async () => {
      const kind = newKind();
      const { queue, work } = await openQueue(kind);
      const sent = job(kind, { payload: { x: 1 } });
      const ran: string[] = [];
      const gate = { open: () => {} };
      await work(async ({ id }) => {
        ran.push(id);
        if (id !== sent.id) await new Promise<void>((resolve) => Object.assign(gate, { open: resolve }));
        return { deadLetter: { code: 'job_failed', message: `Broken ${ran.length} times` } };
      });
      await queue.enqueue([sent]);
      const letters = () => queue.deadLetters({ limit: 10, kind });
      await eventually(async () => expect(await letters()).toHaveLength(1));
      for (const failedReplays of [1, 2]) {
        const ids = await Promise.all([queue.replay(sent.id), queue.replay(sent.id)]);
        expect(await queue.replay(sent.id)).toBe(ids[0]);
        await eventually(() => expect(ran).toHaveLength(failedReplays + 1));
        expect(new Set([...ids, ran[failedReplays]])).toHaveLength(1);
        gate.open();
        await eventually(async () =>
          expect(await letters()).toMatchObject([{ id: sent.id, failedReplays, replayedAt: null }]),
        );
      }
      expect(new Set(ran)).toHaveLength(3);
      expect((await letters())[0]).toMatchObject({
        payload: { x: 1 },
        reason: { message: 'Broken 3 times' },
      });
    });

    test('an unknown dead letter is undefined to read and an error to replay', async () => {
      const { queue } = await openQueue(newKind());
      expect(await queue.deadLetter(randomUUID())).toBeUndefined();
      expect(await queue.deadLetter('not-an-id')).toBeUndefined();
      for (const ask of [queue.replay, queue.discard])
        await expect(ask(randomUUID())).rejects.toMatchObject({ code: 'dead_letter_not_found' });
    });

    test('a discarded dead letter is gone, and its job stays where it is', async () => {
      const kind = newKind();
      const { queue, work } = await openQueue(kind);
      const sent = job(kind);
      const handler = vi.fn<JobHandler>(async () => ({
        deadLetter: { code: 'job_failed', message: 'Broken' },
      }));
      await work(handler);
      await queue.enqueue([sent]);
      await eventually(async () => expect(await queue.deadLetter(sent.id)).toBeDefined());
      await queue.discard(sent.id);
      expect(await queue.deadLetter(sent.id)).toBeUndefined();
      await expect(queue.replay(sent.id)).rejects.toMatchObject({ code: 'dead_letter_not_found' });
      await queue.enqueue([sent]);
      expect(await queue.depth()).toEqual([{ kind, waiting: 0, active: 0 }]);
      expect(handler).toHaveBeenCalledOnce();
    });

    test('dead letters are pruned by age in batches, those replayed apart from those never replayed', async () => {
      const kind = newKind();
      const { queue, work } = await openQueue(kind);
      const jobs = ['replayed', 'a', 'b'].map((name) => job(kind, { payload: { name } }));
      await work(async ({ payload, id }) =>
        jobs.some((sent) => sent.id === id)
          ? { deadLetter: { code: 'job_failed', message: String(payload.name) } }
          : { done: true },
      );
      await queue.enqueue(jobs);
      const left = async () => {
        const letters = await queue.deadLetters({ limit: 10, kind });
        return letters.map(({ reason }) => reason.message).toSorted();
      };
      await eventually(async () => expect(await left()).toEqual(['a', 'b', 'replayed']));
      await queue.replay(jobs[0]?.id ?? '');
      const [past, future] = ['2020-01-01T00:00:00.000Z', '2100-01-01T00:00:00.000Z'];
      const prune = (failedBefore: string, replayedBefore: string, limit = 100) =>
        queue.pruneDeadLetters({ failedBefore, replayedBefore, limit });
      expect(await prune(past, past)).toBe(0);
      await prune(past, future);
      expect(await left()).toEqual(['a', 'b']);
      // Whatever other letters there are as well.
      while ((await prune(future, past, 1)) === 1);
      expect(await left()).toEqual([]);
    });
  });
}
