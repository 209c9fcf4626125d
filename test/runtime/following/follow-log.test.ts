import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { createMemoryCheckpointStore } from '../../../src/adapters/memory/checkpoint-store.js';
import { createMemoryEventStore } from '../../../src/adapters/memory/event-store.js';
import { unavailable } from '../../../src/core/errors.js';
import type { StoredEvent } from '../../../src/core/event.js';
import { type Logger, silentLogger } from '../../../src/core/logger.js';
import { positionAt } from '../../../src/core/numbered-position.js';
import { systemClock } from '../../../src/runtime/clock.js';
import { type Follower, followLog } from '../../../src/runtime/following/follow-log.js';
import { sampleEvent } from '../../bench/event-store/workload.js';

const TIMES = { beatSeconds: 0.02, missedBeats: 4 };

const running: AbortController[] = [];
const ended: Promise<void>[] = [];
afterEach(async () => {
  for (const each of running.splice(0)) each.abort();
  await Promise.all(ended.splice(0));
});

function world() {
  const store = createMemoryEventStore();
  const checkpoints = createMemoryCheckpointStore();
  let written = 0;
  return {
    store,
    checkpoints,

    async append(count: number): Promise<void> {
      for (let index = 0; index < count; index += 1) {
        await store.append('media-1', [sampleEvent(written)], 'any');
        written += 1;
      }
    },
    /** One process of several that run the same consumer. */
    start(
      options: {
        handle?: (events: readonly StoredEvent[]) => Promise<void>;
        end?: () => void;
        logger?: Logger;
      } = {},
    ) {
      const controller = new AbortController();
      running.push(controller);
      const handled: number[] = [];
      let begun = 0;
      let isPaused = false;
      const resumed = Promise.withResolvers<void>();
      const whenAwake = () => (isPaused ? resumed.promise : Promise.resolve());
      const follower: Follower = {
        name: 'numbers',
        async begin() {
          begun += 1;
          return {
            prepare: async (events) => async () => {
              await options.handle?.(events);
              await whenAwake();
              handled.push(...events.map(({ revision }) => revision));
            },
            end: async () => options.end?.(),
          };
        },
      };
      const { done, status } = followLog(follower, {
        store,
        checkpoints: {
          load: async (name) => whenAwake().then(() => checkpoints.load(name)),
          save: async (checkpoint) => whenAwake().then(() => checkpoints.save(checkpoint)),
        },
        clock: {
          ...systemClock,
          sleep: (seconds, signal) => systemClock.sleep(seconds, signal).then(whenAwake),
        },
        logger: options.logger ?? silentLogger,
        signal: controller.signal,
        pageEvents: 3,
        times: TIMES,
      });
      ended.push(done);
      return {
        handled,
        status,
        begun: () => begun,
        /** As a process is that was stopped: nothing of it goes on. */
        pause() {
          isPaused = true;
        },
        resume() {
          isPaused = false;
          resumed.resolve();
        },
        async stop() {
          controller.abort();
          await done;
        },
      };
    },
  };
}

const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, index) => from + index);

test('events are handled in order, and whoever comes later goes on where the last one was', async () => {
  const { append, start, checkpoints } = world();
  await append(7);
  const first = start();
  await expect.poll(() => first.handled).toEqual(numbers(7));
  await append(2);
  await expect.poll(() => first.handled).toEqual(numbers(9));
  await first.stop();
  await append(3);
  const second = start();
  await expect.poll(() => second.handled).toEqual(numbers(3, 9));
  expect((await checkpoints.load('numbers')).version).toBeGreaterThan(3);
});

test('of several one works, and another takes over when it is gone', async () => {
  const { append, start } = world();
  const first = start();
  await expect.poll(first.begun).toBe(1);
  const standby = start();
  await append(5);
  await expect.poll(() => first.handled).toEqual(numbers(5));
  // Longer than a silence that would cost the turn: who has nothing to do beats.
  await sleep(TIMES.beatSeconds * TIMES.missedBeats * 3_000);
  expect([first.begun(), standby.begun()]).toEqual([1, 0]);
  await first.stop();
  await append(4);
  await expect.poll(() => standby.handled).toEqual(numbers(4, 5));
});

test('one that was paused has lost its turn, saves nothing when it is back, and stands by', async () => {
  const { append, start, checkpoints } = world();
  const paused = start();
  await append(3);
  await expect.poll(() => paused.handled).toEqual(numbers(3));
  paused.pause();
  await append(3);
  const other = start();
  await expect.poll(() => other.handled.slice(-3)).toEqual(numbers(3, 3));
  paused.resume();
  await append(3);
  await expect.poll(() => other.handled.at(-1)).toBe(8);
  await expect.poll(async () => (await paused.status()).isActive).toBe(false);
  expect((await paused.status()).failure).toBeNull();
  expect(paused.handled).not.toContain(8);
  await expect.poll(async () => (await other.status()).lagEvents).toBe(0);
  const { position } = await checkpoints.load('numbers');
  expect((await other.status()).position).toBe(position);
});

test('work that fails is begun again from the checkpoint, and leaves nothing out', async () => {
  const { append, start } = world();
  let failures = 3;
  const follower = start({
    async handle(events) {
      if (!events.some(({ revision }) => revision === 4) || failures === 0) return;
      failures -= 1;
      throw unavailable('kafka_unavailable', 'away');
    },
  });
  await append(8);
  await expect.poll(() => follower.handled.at(-1)).toBe(7);
  expect(follower.begun()).toBeGreaterThan(3);
  expect([...new Set(follower.handled)]).toEqual(numbers(8));
});

test('one whose work cannot go on leaves it to another that can', async () => {
  const { append, start } = world();
  const unlucky = start({ handle: () => Promise.reject(unavailable('kafka_unavailable', 'cut off')) });
  await expect.poll(unlucky.begun).toBe(1);
  const other = start();
  await append(5);
  await expect.poll(() => other.handled).toEqual(numbers(5));
  expect(unlucky.handled).toEqual([]);
});

test('one that cannot go on says why, until it or another gets further', async () => {
  const { append, start } = world();
  const refused = () => Promise.reject(unavailable('kafka_unavailable', 'not authorized'));
  let handle: () => Promise<void> = refused;
  const follower = start({ handle: () => handle() });
  const failure = async () => (await follower.status()).failure;
  expect(await failure()).toBeNull();
  await append(1);
  await expect.poll(failure).toBe('not authorized');
  handle = async () => {};
  await expect.poll(failure).toBeNull();

  handle = refused;
  await append(1);
  await expect.poll(failure).toBe('not authorized');
  const other = start();
  await expect.poll(() => other.handled).toEqual([1]);
  await expect.poll(failure).toBeNull();
});

test('work that hangs is ended within seconds when its process stops', async () => {
  const { append, start } = world();
  const { promise, reject } = Promise.withResolvers<void>();
  const hangs = Promise.withResolvers<void>();
  const follower = start({
    handle() {
      hangs.resolve();
      return promise;
    },
    end: () => reject(unavailable('kafka_unavailable', 'closed')),
  });
  await append(1);
  await hangs.promise;
  await follower.stop();
  expect(follower.handled).toEqual([]);
});

test('one that stands ahead of a log that was set back says so', async () => {
  const { append, start, checkpoints } = world();
  await append(1);
  await checkpoints.save({ name: 'numbers', version: 0, position: positionAt(5) });
  const follower = start();
  expect(await follower.status()).toMatchObject({ isAheadOfLog: true, lagEvents: 0 });
});

test('trouble is told once, and so is its end', async () => {
  const { append, start } = world();
  const said: string[] = [];
  let failures = 4;
  const follower = start({
    logger: {
      ...silentLogger,
      info: (_, message) => said.push(message),
      warn: (_, message) => said.push(message),
    },
    async handle() {
      if (failures === 0) return;
      failures -= 1;
      throw unavailable('kafka_unavailable', 'away');
    },
  });
  await append(1);
  await expect.poll(() => follower.handled).toEqual([0]);
  const follows = 'Follows the log';
  await expect
    .poll(() => said)
    .toEqual([follows, 'Follows the log no further, and waits for its next turn', follows]);
});
