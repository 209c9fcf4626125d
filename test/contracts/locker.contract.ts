import { expect, test } from 'vitest';
import type { Lock, Locker } from '../../src/core/locker.js';

/** What every locker keeps; `openLockers` gives two that share a place, as those of two processes do. */
export function lockerContract(openLockers: () => Promise<readonly [Locker, Locker]>): void {
  const acquired = async (locker: Locker, key: string): Promise<Lock> => {
    const lock = await locker.acquire(key);
    if (!lock) throw new Error(`${key} is held`);
    return lock;
  };

  test('a key is held by one at a time, whoever else asks; other keys are free', async () => {
    const [one, other] = await openLockers();
    const lock = await acquired(one, 'a');
    expect(await one.acquire('a')).toBeUndefined();
    expect(await other.acquire('a')).toBeUndefined();
    await (await acquired(other, 'b')).release();
    await lock.release();
    await acquired(other, 'a');
    expect(await one.acquire('a')).toBeUndefined();
  });

  test('of many who ask at once one has it', async () => {
    const lockers = await openLockers();
    const asking = Array.from({ length: 20 }, (_, index) => lockers[index % 2]?.acquire('a'));
    expect((await Promise.all(asking)).filter((lock) => lock !== undefined)).toHaveLength(1);
  });

  test('a lock that is held is not lost, and one released again takes nothing from who has it now', async () => {
    const [one, other] = await openLockers();
    const first = await acquired(one, 'a');
    expect(first.lost.aborted).toBe(false);
    await first.release();
    const second = await acquired(other, 'a');
    await first.release();
    expect(await one.acquire('a')).toBeUndefined();
    expect(second.lost.aborted).toBe(false);
  });

  test('each lock has a signal of its own, so that listeners of those that are over do not gather on it', async () => {
    const [one] = await openLockers();
    const first = await acquired(one, 'a');
    await first.release();
    expect((await acquired(one, 'a')).lost).not.toBe(first.lost);
  });
}

/** What those keep besides whose locks can be lost; `expire` is what loses one. */
export function losableLocksContract(
  openLockers: () => Promise<readonly [Locker, Locker]>,
  expire: (key: string) => Promise<void> | void,
): void {
  test('a lock that is lost says so, is free for another, and is not taken from that one by its release', async () => {
    const [one, other] = await openLockers();
    const first = await one.acquire('lost');
    await expire('lost');
    expect(first?.lost.aborted).toBe(true);
    const second = await other.acquire('lost');
    expect(second?.lost.aborted).toBe(false);
    await first?.release();
    expect(await one.acquire('lost')).toBeUndefined();
  });
}
