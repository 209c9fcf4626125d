import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { JobPolicy, JobToEnqueue } from '../../src/core/job.js';
import { abortCodeOf } from '../../src/core/job-abort.js';
import type { JobQueue } from '../../src/core/job-queue.js';
import { originOf } from '../../src/core/request-origin.js';
import type { JobHandler, RunningJob } from '../../src/core/running-job.js';

export interface JobQueueHarness {
  /** Another queue over the same storage, as another process would have it; without hints the others hear nothing of it. */
  open(
    kinds: readonly { kind: string; policy: JobPolicy }[],
    options?: { readonly hints: boolean },
  ): Promise<JobQueue>;
  destroy(): Promise<void>;
}

const policy: JobPolicy = {
  maximumAttempts: 3,
  leaseSeconds: 2,
  timeLimitSeconds: 20,
  backoff: { firstSeconds: 0.01, maximumSeconds: 0.05 },
};

/** What every job queue must do. Its retries may be late, by up to the adapter's poll interval. */
export function jobQueueContract(name: string, createHarness: () => Promise<JobQueueHarness>) {
  describe(`job queue contract: ${name}`, () => {
    let harness: JobQueueHarness;
    const open: JobQueue[] = [];
    beforeAll(async () => {
      harness = await createHarness();
    });
    afterEach(async () => {
      await Promise.all(open.splice(0).map((queue) => queue.stop({ graceSeconds: 0 })));
    });
    afterAll(() => harness.destroy());

    const newKind = () => `kind-${randomUUID()}`;
    const openQueue = async (kind: string, overrides: Partial<JobPolicy> = {}, hints = { hints: true }) => {
      const queue = await harness.open([{ kind, policy: { ...policy, ...overrides } }], hints);
      open.push(queue);
      const work = (handler: JobHandler, concurrency = 4) =>
        queue.work(kind, { concurrency, policy: { ...policy, ...overrides } }, handler);
      return { queue, work };
    };
    const job = (kind: string, fields: Partial<JobToEnqueue> = {}): JobToEnqueue => ({
      id: randomUUID(),
      kind,
      key: randomUUID(),
      payload: {},
      correlationId: 'correlation',
      causationId: 'cause',
      ...{ tenantId: 'acme', traceparent: '00-trace' },
      ...fields,
    });
    const eventually = (assertion: () => void | Promise<void>) =>
      vi.waitFor(assertion, { timeout: 15_000, interval: 10 });

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
      await eventually(() => expect(received).toEqual([{ ...sent, attempt: 1, maximumAttempts: 3 }]));
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
      const newer = await harness.open([known, next].map((kind) => ({ kind, policy })));
      open.push(newer);
      const handler = vi.fn<JobHandler>(async () => ({ done: true }));
      await old.work(handler);
      const ofNext = job(next);
      await newer.enqueue([ofNext, job(known)]);
      await eventually(() => expect(handler).toHaveBeenCalledOnce());
      expect(handler.mock.calls[0]?.[0].kind).toBe(known);
      const attempts: unknown[] = [];
      await newer.work(next, { concurrency: 1, policy }, async ({ id, attempt }) => {
        attempts.push([id, attempt]);
        return { done: true };
      });
      await eventually(() => expect(attempts).toEqual([[ofNext.id, 1]]));
    });

    test('jobs of one key run one after another in order, also across retries and batches', async () => {
      const kind = newKind();
      const { queue, work } = await openQueue(kind);
      const key = 'one-medium';
      const jobs = Array.from({ length: 6 }, (_, n) => job(kind, { key, payload: { n } }));
      await queue.enqueue(jobs.slice(0, 4));
      await queue.enqueue(jobs.slice(4));
      const log: string[] = [];
      let running = 0;
      let most = 0;
      await work(async ({ payload, attempt }) => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setImmediate(resolve));
        running--;
        log.push(`${payload.n}.${attempt}`);
        return payload.n === 1 && attempt < 3 ? { retryInSeconds: 0.05, error: 'not yet' } : { done: true };
      });
      await eventually(() => expect(log).toHaveLength(8));
      expect(log).toEqual(['0.1', '1.1', '1.2', '1.3', '2.1', '3.1', '4.1', '5.1']);
      expect(most).toBe(1);
    });

    test('many keys under two workers keep their order through retries, throws and dead letters', async () => {
      const kind = newKind();
      const [one, two] = [await openQueue(kind), await openQueue(kind)];
      const keys = Array.from({ length: 12 }, (_, n) => `key-${n}`);
      const jobs = Array.from({ length: 5 }, (_, n) => n).flatMap((n) =>
        keys.map((key) => job(kind, { key, payload: { n } })),
      );
      const log = new Map<string, string[]>(keys.map((key) => [key, []]));
      const busy = new Set<string>();
      const handler: JobHandler = async ({ id, key, payload, attempt }) => {
        expect(busy).not.toContain(key);
        busy.add(key);
        await new Promise((resolve) => setTimeout(resolve, 2));
        busy.delete(key);
        log.get(key)?.push(`${payload.n}.${attempt}`);
        // What an id meets is its own chance, the same in every run of it.
        const chance = Number.parseInt(id.slice(0, 2), 16) % 4;
        if (attempt > 1 || chance === 0) return { done: true };
        if (chance === 1) return { retryInSeconds: 0.02, error: 'busy' };
        if (chance === 2) throw new Error('crash');
        return { deadLetter: { code: 'job_failed', message: 'Broken' } };
      };
      await Promise.all([one.work(handler), two.work(handler)]);
      await one.queue.enqueue(jobs);
      await eventually(async () =>
        expect(await one.queue.depth()).toEqual([{ kind, waiting: 0, active: 0 }]),
      );
      for (const key of keys) {
        const expected = jobs
          .filter((sent) => sent.key === key)
          .flatMap(({ id, payload }) => {
            const triedTwice = [1, 2].includes(Number.parseInt(id.slice(0, 2), 16) % 4);
            return triedTwice ? [`${payload.n}.1`, `${payload.n}.2`] : [`${payload.n}.1`];
          });
        expect(log.get(key)).toEqual(expected);
      }
    });

    test('a dead letter lets the later jobs of its key run', async () => {
      const kind = newKind();
      const { queue, work } = await openQueue(kind);
      const jobs = [0, 1].map((n) => job(kind, { key: 'same', payload: { n } }));
      await queue.enqueue(jobs);
      const done: unknown[] = [];
      await work(async ({ payload }) => {
        if (payload.n === 0) return { deadLetter: { code: 'job_failed', message: 'Broken' } };
        done.push(payload.n);
        return { done: true };
      });
      await eventually(() => expect(done).toEqual([1]));
    });

    test('different keys run in parallel, never more than the concurrency', async () => {
      const kind = newKind();
      const { queue, work } = await openQueue(kind);
      await queue.enqueue(Array.from({ length: 7 }, () => job(kind)));
      const gates: (() => void)[] = [];
      await work(async () => {
        await new Promise<void>((resolve) => gates.push(resolve));
        return { done: true };
      }, 3);
      await eventually(async () => {
        expect(gates).toHaveLength(3);
        expect(await queue.depth()).toEqual([{ kind, waiting: 4, active: 3 }]);
        expect(queue.running()).toEqual([kind, kind, kind]);
      });
      gates.splice(0, 2).forEach((open) => {
        open();
      });
      await eventually(() => expect(gates).toHaveLength(3));
      const opening = setInterval(() => gates.shift()?.(), 5);
      await eventually(async () => expect(await queue.depth()).toEqual([{ kind, waiting: 0, active: 0 }]));
      clearInterval(opening);
    });

    /** Resolves when so much time has passed on the queue's own clock: that of a retry. */
    async function untilQueueTimePassed(seconds: number) {
      const kind = newKind();
      const { queue, work } = await openQueue(kind);
      const passed = Promise.withResolvers<void>();
      await work(async ({ attempt }) => {
        if (attempt === 1) return { retryInSeconds: seconds, error: 'too early' };
        passed.resolve();
        return { done: true };
      });
      await queue.enqueue([job(kind)]);
      await passed.promise;
    }

    test('later jobs overtake a film within its patience, and those that come after that wait for it', async () => {
      const kind = newKind();
      const { queue, work } = await openQueue(kind);
      const named = (name: string, patienceSeconds?: number) =>
        job(kind, { payload: { name }, ...(patienceSeconds && { patienceSeconds }) });
      await queue.enqueue([named('epic', 600), named('film', 4), named('clip')]);
      await queue.enqueue([named('second clip')]);
      await untilQueueTimePassed(5);
      await queue.enqueue([named('late clip')]);
      const order: unknown[] = [];
      await work(async ({ payload }) => {
        order.push(payload.name);
        return { done: true };
      }, 1);
      await eventually(() => expect(order).toEqual(['clip', 'second clip', 'film', 'late clip', 'epic']));
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
      await queue.enqueue([...films, ...clips]);
      const running = new Map<unknown, () => void>();
      await work(async ({ payload }) => {
        await new Promise<void>((resolve) => running.set(payload.name, resolve));
        running.delete(payload.name);
        return { done: true };
      }, 1);
      const end = (name: string) => running.get(name)?.();
      const runs = (...names: string[]) => eventually(() => expect([...running.keys()]).toEqual(names));
      await runs('film 1', 'clip 1');
      expect(await queue.depth()).toEqual([{ kind, waiting: 3, active: 2 }]);
      end('clip 1');
      await runs('film 1', 'clip 2');
      end('film 1');
      await runs('clip 2');
      end('clip 2');
      await runs('film 2', 'clip 3');
      end('clip 3');
      end('film 2');
      await eventually(async () => expect(await queue.depth()).toEqual([{ kind, waiting: 0, active: 0 }]));
    });

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

    describe('a cancellation', () => {
      const cancellation = (kind: string, key: string) => ({ id: randomUUID(), kinds: [kind], key });
      const idle = (kind: string) => [{ kind, waiting: 0, active: 0 }];

      test.each(['the same', 'another'] as const)(
        'from %s process ends the job that runs, drops those that wait behind it, and leaves all others',
        async (from) => {
          const kind = newKind();
          const worker = await openQueue(kind);
          const { queue } = from === 'another' ? await openQueue(kind) : worker;
          const ran: unknown[] = [];
          const aborted: unknown[] = [];
          await worker.work(async ({ payload }, { signal }) => {
            ran.push(payload.name);
            if (payload.name === 'next') return { done: true };
            await new Promise((resolve) => signal.addEventListener('abort', resolve));
            aborted.push(abortCodeOf(signal));
            throw new Error('child process was killed');
          }, 1);
          const named = (name: string, key = 'unwanted') => job(kind, { key, payload: { name } });
          const [running, waiting] = [named('running'), named('waiting')];
          await queue.enqueue([running, waiting, named('next', 'wanted')]);
          await eventually(() => expect(ran).toEqual(['running']));
          const cancelledAt = performance.now();
          await queue.cancel(cancellation(kind, 'unwanted'));
          await eventually(() => expect(aborted).toEqual(['cancelled']));
          expect(performance.now() - cancelledAt).toBeLessThan(500);
          await eventually(async () => expect(await queue.depth()).toEqual(idle(kind)));
          expect(ran).toEqual(['running', 'next']);
          await queue.enqueue([running, waiting]);
          expect(await queue.depth()).toEqual(idle(kind));
          expect(await queue.deadLetters({ limit: 10, kind })).toEqual([]);
        },
      );

      test('drops a job that waits to be tried again', async () => {
        const kind = newKind();
        const { queue, work } = await openQueue(kind);
        const handler = vi.fn<JobHandler>(async () => ({ retryInSeconds: 600, error: 'not yet' }));
        await work(handler);
        await queue.enqueue([job(kind, { key: 'unwanted' })]);
        await eventually(() => expect(handler).toHaveBeenCalledOnce());
        await eventually(async () => expect(await queue.depth()).toEqual([{ kind, waiting: 1, active: 0 }]));
        await queue.cancel(cancellation(kind, 'unwanted'));
        expect(await queue.depth()).toEqual(idle(kind));
        expect(handler).toHaveBeenCalledOnce();
      });

      test('that is repeated late does not end what was put in after the first', async () => {
        const kind = newKind();
        const { queue } = await openQueue(kind);
        const other = await openQueue(kind);
        const once = cancellation(kind, 'again wanted');
        await queue.cancel(once);
        await queue.enqueue([job(kind, { key: 'again wanted' })]);
        await Promise.all([queue.cancel(once), other.queue.cancel(once)]);
        expect(await queue.depth()).toEqual([{ kind, waiting: 1, active: 0 }]);
      });

      test('is heard of at the next heartbeat when its hint was lost', async () => {
        const kind = newKind();
        const deaf = await openQueue(kind, {}, { hints: false });
        const { queue, work } = await openQueue(kind);
        const code = Promise.withResolvers<unknown>();
        await work(async (_, { signal }) => {
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
          code.resolve(abortCodeOf(signal));
          return { done: true };
        });
        await queue.enqueue([job(kind, { key: 'unwanted' })]);
        await eventually(async () => expect(await queue.depth()).toEqual([{ kind, waiting: 0, active: 1 }]));
        await deaf.queue.cancel(cancellation(kind, 'unwanted'));
        expect(await code.promise).toBe('cancelled');
      });
    });

    test('two workers on one queue never run the same attempt twice', async () => {
      const kind = newKind();
      const [one, two] = [await openQueue(kind), await openQueue(kind)];
      const runs: string[] = [];
      const handler: JobHandler = async ({ id, attempt }) => {
        runs.push(`${id}:${attempt}`);
        return { done: true };
      };
      const jobs = Array.from({ length: 100 }, (_, n) => job(kind, { key: `key-${n % 20}` }));
      await Promise.all([one.work(handler), two.work(handler)]);
      await Promise.all([one.queue.enqueue(jobs.slice(0, 50)), two.queue.enqueue(jobs.slice(50))]);
      await eventually(async () =>
        expect(await one.queue.depth()).toEqual([{ kind, waiting: 0, active: 0 }]),
      );
      expect(runs.toSorted()).toEqual(jobs.map(({ id }) => `${id}:1`).toSorted());
    });
  });
}
