import { describe, expect, test, vi } from 'vitest';
import type { JobHandler, RunningJob } from '../../src/core/running-job.js';
import type { JobQueueBench } from './job-queue-bench.js';

export function sendingBehaviour({
  newKind,
  openQueue,
  open,
  claimed,
  job,
  eventually,
  policy,
}: JobQueueBench): void {
  describe('sending', () => {
    test('a job reaches its handler with everything it was given', async () => {
      const kind = newKind();
      const { queue, work } = await openQueue(kind);
      const sent = job(kind, { payload: { mediaId: 'm1', list: [1, 'two', null] }, long: true });
      const received: RunningJob[] = [];
      await work(async (running) => {
        received.push(running);
        return { done: true };
      });
      await queue.enqueue([sent]);
      await eventually(() => expect(received).toHaveLength(1));
      // How long it waited a queue says where it can.
      const { waitedSeconds = 0, ...taken } = received[0] as RunningJob;
      expect(taken).toEqual({ ...sent, attempt: 1, maximumAttempts: 3 });
      expect(waitedSeconds).toBeGreaterThanOrEqual(0);
    });

    test('a job enqueued before any worker exists is run once one does', async () => {
      const kind = newKind();
      const { queue } = await openQueue(kind);
      const sent = job(kind);
      await queue.enqueue([sent]);
      const other = await openQueue(kind);
      const handler = vi.fn<JobHandler>(async () => ({ done: true }));
      await other.work(handler);
      await eventually(() => expect(handler).toHaveBeenCalledOnce());
      expect(handler.mock.calls[0]?.[0].id).toBe(sent.id);
    });

    test('enqueuing an id again changes nothing, before, after success and after failure for good', async () => {
      const kind = newKind();
      const { queue, work } = await openQueue(kind);
      const good = job(kind, { payload: { good: true } });
      const bad = job(kind, { payload: { good: false } });
      const runs: string[] = [];
      await queue.enqueue([good, bad, good]);
      await queue.enqueue([good, bad]);
      await work(async (running) => {
        runs.push(running.id);
        return running.payload.good ? { done: true } : { deadLetter: { code: 'job_failed', message: 'Bad' } };
      });
      await eventually(async () => {
        expect(runs.toSorted()).toEqual([good.id, bad.id].toSorted());
        expect(await queue.depth()).toEqual([{ kind, waiting: 0, active: 0 }]);
      });
      const marker = job(kind, { payload: { good: true } });
      await queue.enqueue([good, bad, marker]);
      await eventually(() => expect(runs).toContain(marker.id));
      await eventually(async () => expect(await queue.depth()).toEqual([{ kind, waiting: 0, active: 0 }]));
      expect(runs).toHaveLength(3);
    });

    test('a kind nobody declared is refused, and then nothing of the batch is kept', async () => {
      const kind = newKind();
      const { queue } = await openQueue(kind);
      await expect(queue.enqueue([job(kind), job('nobody-knows-me')])).rejects.toMatchObject({
        code: 'unknown_job_kind',
      });
      expect(await queue.depth()).toEqual([{ kind, waiting: 0, active: 0 }]);
    });

    test('a job of a kind that only the next release knows waits for a process of it, untouched', async () => {
      const [known, next] = [newKind(), newKind()];
      const old = await openQueue(known);
      const newer = await open([known, next].map((kind) => ({ kind, policy })));
      const handler = vi.fn<JobHandler>(async () => ({ done: true }));
      await old.work(handler);
      const ofNext = job(next);
      await newer.enqueue([ofNext, job(known)]);
      await eventually(() => expect(handler).toHaveBeenCalledOnce());
      expect(handler.mock.calls[0]?.[0].kind).toBe(known);
      const attempts: unknown[] = [];
      const remember: JobHandler = async ({ id, attempt }) => {
        attempts.push([id, attempt]);
        return { done: true };
      };
      await newer.work(next, { concurrency: 1, policy }, claimed(newer, remember));
      await eventually(() => expect(attempts).toEqual([[ofNext.id, 1]]));
    });
  });
}
