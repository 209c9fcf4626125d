import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { EventPublisher, EventRecord, OpenEventPublisher } from '../../src/core/event-publisher.js';

export interface EventPublisherUnderTest {
  readonly publisher: EventPublisher;
  /** What readers of what is kept have been given for a key so far, in their order. */
  read(key: string): Promise<readonly EventRecord[]>;
  stop(): Promise<void>;
}

/** What everything does that carries events to others. Each test has keys of its own. */
export function eventPublisherContract(engine: string, start: () => Promise<EventPublisherUnderTest>): void {
  describe(`events published to ${engine}`, () => {
    let underTest: EventPublisherUnderTest;
    const opened: OpenEventPublisher[] = [];
    beforeAll(async () => {
      underTest = await start();
    });
    afterAll(async () => {
      await Promise.all(opened.map(({ close }) => close()));
      await underTest?.stop();
    });
    let key = '';
    beforeEach(() => {
      key = `media-${randomUUID()}`;
    });

    async function open(): Promise<OpenEventPublisher> {
      const publisher = await underTest.publisher.open();
      opened.push(publisher);
      return publisher;
    }

    const record = (value: string, of = key): EventRecord => ({
      aggregate: 'media',
      key: of,
      value,
      headers: { ce_id: value, ce_type: 'Tested' },
    });
    const values = async (of = key) => (await underTest.read(of)).map(({ value }) => value);

    test('records come out as they went in', async () => {
      const published = [record('{"a":"ä\\u2028"}'), { ...record('2'), headers: { ce_id: 'ü', other: '' } }];
      await (await open()).publish(published);
      await expect.poll(() => underTest.read(key)).toEqual(published);
    });

    test('records of a key keep their order, through publications and those who publish', async () => {
      const expected = Array.from({ length: 60 }, (_, index) => `${index}`);
      for (let from = 0; from < 60; from += 20) {
        const publisher = await open();
        for (let at = from; at < from + 20; at += 5)
          await publisher.publish(
            expected.slice(at, at + 5).flatMap((value) => [record(value), record(value, `${key}-other`)]),
          );
      }
      await expect.poll(() => values()).toEqual(expected);
      await expect.poll(() => values(`${key}-other`)).toEqual(expected);
    });

    test('whoever opened it before is refused, and nothing of it comes out', async () => {
      const before = await open();
      await before.publish([record('1')]);
      const after = await open();
      await after.publish([record('2')]);
      await expect(before.publish([record('late')])).rejects.toMatchObject({ kind: 'unavailable' });
      await expect(before.publish([record('later')])).rejects.toMatchObject({ kind: 'unavailable' });
      await after.publish([record('3')]);
      await expect.poll(() => values()).toEqual(['1', '2', '3']);
    });

    test('nothing is wrong with where events go', async () => {
      expect(await underTest.publisher.trouble()).toBe(undefined);
    });

    test('more comes through at once than one request takes', async () => {
      const large = Array.from({ length: 12 }, (_, index) => `${index}${'x'.repeat(1_000_000)}`);
      await (await open()).publish(large.map((value) => record(value)));
      await expect
        .poll(async () => (await values()).map((value) => value.length))
        .toEqual(large.map(({ length }) => length));
    });
  });
}
