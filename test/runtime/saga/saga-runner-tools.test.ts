import { describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/runtime/clock.js';
import { limitConcurrency } from '../../../src/runtime/limit-concurrency.js';
import { createAlarm } from '../../../src/runtime/saga/alarm.js';
import { groupCalls } from '../../../src/runtime/saga/group-calls.js';
import { createFakeClock } from '../../kit/fake-clock.js';

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('grouped calls', () => {
  test('carry together what came while one was under way', async () => {
    const gate = Promise.withResolvers<void>();
    const calls: number[][] = [];
    const add = groupCalls<number>(async (items) => {
      calls.push(items);
      await gate.promise;
    });
    const first = add([1]);
    await settled();
    const others = [add([2, 3]), add([4])];
    gate.resolve();
    await Promise.all([first, ...others]);
    expect(calls).toEqual([[1], [2, 3, 4]]);
  });

  test('that fail tell those whose items they carried, and nobody else', async () => {
    const add = groupCalls<number>(async (items) => {
      if (items.includes(13)) throw new Error('unlucky');
    });
    const first = add([13]);
    const inTheSame = add([1]);
    await expect(first).rejects.toThrow('unlucky');
    await expect(inTheSame).rejects.toThrow('unlucky');
    await expect(add([2])).resolves.toBeUndefined();
  });
});

describe('limited concurrency', () => {
  test('of one runs tasks one after another, in order, failures included', async () => {
    const exclusively = limitConcurrency(1);
    const log: string[] = [];
    const task = (name: string) =>
      exclusively(async () => {
        log.push(`${name} begins`);
        await settled();
        log.push(`${name} ends`);
        if (name === 'b') throw new Error('b failed');
      });
    const results = await Promise.allSettled([task('a'), task('b'), task('c')]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  });
});

describe('an alarm', () => {
  test('that rang before the wait ends it at once, and only that one', async () => {
    const clock = createFakeClock();
    const alarm = createAlarm(clock, new AbortController().signal);
    alarm.ring();
    alarm.ring();
    await alarm.wait(60);
    let over = false;
    const second = alarm.wait(60).then(() => {
      over = true;
    });
    await settled();
    expect(over).toBe(false);
    clock.advance(60);
    await second;
  });

  test('ends its wait when rung or when all is over', async () => {
    const stopping = new AbortController();
    const alarm = createAlarm(createFakeClock(), stopping.signal);
    const rung = alarm.wait(60);
    alarm.ring();
    await rung;
    const stopped = alarm.wait(60);
    stopping.abort();
    await stopped;
    await expect(alarm.wait(60)).resolves.toBeUndefined();
  });
});

test('the system clock ends a sleep early when the signal fires', async () => {
  const stopping = new AbortController();
  const long = systemClock.sleep(3600, stopping.signal);
  await systemClock.sleep(0.001, new AbortController().signal);
  stopping.abort();
  await expect(long).resolves.toBeUndefined();
});
