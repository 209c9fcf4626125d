import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PersonalKeys } from '../../src/core/personal-keys.js';

export interface PersonalKeysUnderTest {
  /** The same keys as another process has them. */
  open(): PersonalKeys;
  stop(): Promise<void>;
}

const newSubject = () => `media-${randomUUID()}`;

/** What every keeper of personal keys does, wherever it keeps them. */
export function personalKeysContract(name: string, start: () => Promise<PersonalKeysUnderTest>): void {
  describe(`${name} personal keys`, () => {
    let underTest: PersonalKeysUnderTest;
    let keys: PersonalKeys;
    beforeAll(async () => {
      underTest = await start();
      keys = underTest.open();
    });
    afterAll(() => underTest?.stop());

    const keyOf = async (subject: string, reader = keys) => (await reader.forReading([subject])).get(subject);

    test('a subject gets one key, of 32 bytes, that others do not have', async () => {
      const [a, b] = [newSubject(), newSubject()];
      const made = await keys.forWriting([a, b]);
      expect([...made.keys()].toSorted()).toEqual([a, b].toSorted());
      expect(made.get(a)).toHaveLength(32);
      expect(made.get(a)).not.toEqual(made.get(b));
      expect(await keys.forWriting([a])).toEqual(new Map([[a, made.get(a)]]));
    });

    test('whoever reads makes none', async () => {
      const subject = newSubject();
      expect(await keyOf(subject)).toBeUndefined();
      expect(await keyOf(subject, underTest.open())).toBeUndefined();
    });

    test('another process reads the key, and two that write at once have the same', async () => {
      const subject = newSubject();
      const writers = [underTest.open(), underTest.open(), underTest.open()];
      const written = await Promise.all(writers.map((each) => each.forWriting([subject])));
      const key = await keyOf(subject, underTest.open());
      expect(key).toHaveLength(32);
      for (const made of written) expect(made.get(subject)).toEqual(key);
    });

    test('a destroyed key is gone for good, and others are left alone', async () => {
      const [gone, kept] = [newSubject(), newSubject()];
      await keys.forWriting([gone, kept]);
      await keys.destroy(gone);
      await keys.destroy(gone);
      expect([...(await keys.forReading([gone, kept])).keys()]).toEqual([kept]);
      expect([...(await keys.forWriting([gone, kept])).keys()]).toEqual([kept]);
      expect([...(await underTest.open().forWriting([gone, kept])).keys()]).toEqual([kept]);
    });

    test('a subject whose key is destroyed before there was one never gets one', async () => {
      const subject = newSubject();
      await keys.destroy(subject);
      expect((await keys.forWriting([subject])).size).toBe(0);
    });

    test('another process that has used a key loses it at once when it is destroyed, as soon as it hears', async () => {
      const other = underTest.open();
      let used: string | undefined;
      const hears = async () => {
        const heard = used !== undefined && (await keyOf(used, other)) === undefined;
        used = newSubject();
        await other.forWriting([used]);
        await keys.destroy(used);
        return heard;
      };
      await expect.poll(hears, { timeout: 10_000 }).toBe(true);
    });
  });
}
