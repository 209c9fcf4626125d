import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Viewers } from '../../src/core/viewers.js';

export interface ViewersUnderTest {
  /** The same viewers as another process has them. */
  open(): Viewers;
  stop(): Promise<void>;
}

const newUser = () => `ada-${randomUUID()}@example.org`;

/** What every keeper of viewers does, wherever it keeps them. */
export function viewersContract(name: string, start: () => Promise<ViewersUnderTest>): void {
  describe(`${name} viewers`, () => {
    let underTest: ViewersUnderTest;
    let viewers: Viewers;
    beforeAll(async () => {
      underTest = await start();
      viewers = underTest.open();
    });
    afterAll(() => underTest?.stop());

    const idOf = async (userId: string, of = viewers) => (await of.idsOf([userId])).get(userId) ?? '';

    test('a user id gets a random id, and the same one each time', async () => {
      const [ada, bob] = [newUser(), newUser()];
      const ids = await viewers.idsOf([ada, bob, ada]);
      expect([...ids.keys()].toSorted()).toEqual([ada, bob].toSorted());
      expect(ids.get(ada)).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      expect(ids.get(ada)).not.toBe(ids.get(bob));
      expect(await idOf(ada)).toBe(ids.get(ada));
    });

    test('whoever only looks makes nobody known', async () => {
      const ada = newUser();
      expect(await viewers.find(ada)).toBeUndefined();
      expect(await underTest.open().find(ada)).toBeUndefined();
    });

    test('all processes know a viewer by the same id, also when they meet at the same moment', async () => {
      const users = Array.from({ length: 20 }, newUser);
      const processes = [underTest.open(), underTest.open(), underTest.open()];
      const [first, ...others] = await Promise.all(
        processes.map((each, index) => each.idsOf(index === 1 ? users.toReversed() : users)),
      );
      for (const ids of others) for (const user of users) expect(ids.get(user)).toBe(first?.get(user));
      expect(await underTest.open().find(users[0] ?? '')).toBe(first?.get(users[0] ?? ''));
    });

    test('many calls at once each get their own answer', async () => {
      const users = Array.from({ length: 50 }, newUser);
      const ids = await Promise.all(users.map((user) => idOf(user)));
      expect(new Set(ids).size).toBe(50);
      const other = underTest.open();
      expect(await Promise.all(users.map((user) => idOf(user, other)))).toEqual(ids);
    });

    test('a viewer leads back to the user id, and what is none to nobody', async () => {
      const ada = newUser();
      const id = await idOf(ada);
      for (const each of [viewers, underTest.open()])
        expect(await each.userIdsOf([id, randomUUID(), ada, ''])).toEqual(new Map([[id, ada]]));
    });

    test('who is forgotten is found no more in either direction, and comes again as another viewer', async () => {
      const [ada, bob] = [newUser(), newUser()];
      const ids = await viewers.idsOf([ada, bob]);
      const before = ids.get(ada) ?? '';
      await viewers.forget(before);
      await viewers.forget(before);
      for (const each of [viewers, underTest.open()]) {
        expect(await each.find(ada)).toBeUndefined();
        expect(await each.userIdsOf([before])).toEqual(new Map());
        expect(await each.find(bob)).toBe(ids.get(bob));
      }
      expect(await idOf(ada)).not.toBe(before);
    });

    test('another process forgets a viewer at once too, as soon as it hears', async () => {
      const other = underTest.open();
      let forgotten: string | undefined;
      const hears = async () => {
        const heard = forgotten !== undefined && (await other.find(forgotten)) === undefined;
        forgotten = newUser();
        await viewers.forget(await idOf(forgotten, other));
        return heard;
      };
      await expect.poll(hears, { timeout: 10_000 }).toBe(true);
    });
  });
}
