import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StoredEvent } from '../../src/core/event.js';
import type { EventRedaction } from '../../src/core/event-redaction.js';
import type { EventStore } from '../../src/core/event-store.js';
import { newStream, sampleEvents } from './event-store-samples.js';

export interface EventRedactionUnderTest {
  readonly store: EventStore;
  readonly redaction: EventRedaction;
  stop(): Promise<void>;
}

/** What overwriting events does, in whatever log. */
export function eventRedactionContract(name: string, start: () => Promise<EventRedactionUnderTest>): void {
  describe(`${name} event redaction`, () => {
    let underTest: EventRedactionUnderTest;
    beforeAll(async () => {
      underTest = await start();
    });
    afterAll(() => underTest?.stop());

    const withoutTitle = ({ data, metadata }: StoredEvent) =>
      data.title === '' ? undefined : { data: { ...data, title: '' }, metadata: { ...metadata, actor: 'x' } };

    test('data and metadata of the stream are overwritten, and nothing else of it', async () => {
      const { store, redaction } = underTest;
      const stream = newStream();
      await store.append(stream, sampleEvents(1001 - 1), 'no-stream');
      await store.append(stream, sampleEvents(1), 'stream-exists');
      const before = await store.readStream(stream);
      expect(await redaction.redactStream(stream, withoutTitle)).toBe(1001);
      expect(await store.readStream(stream)).toEqual(
        before.map((event) => ({ ...event, ...withoutTitle(event) })),
      );
      expect(await redaction.redactStream(stream, withoutTitle)).toBe(0);
    });

    test('events that stay are left alone, and so are other streams', async () => {
      const { store, redaction } = underTest;
      const [stream, other] = [newStream(), newStream()];
      await store.append(stream, sampleEvents(3), 'no-stream');
      await store.append(other, sampleEvents(1), 'no-stream');
      const [first, second, third] = await store.readStream(stream);
      const others = await store.readStream(other);
      const onlySecond = (event: StoredEvent) => (event.revision === 1 ? withoutTitle(event) : undefined);
      expect(await redaction.redactStream(stream, onlySecond)).toBe(1);
      expect(await store.readStream(stream)).toEqual([
        first,
        { ...second, ...(second && withoutTitle(second)) },
        third,
      ]);
      expect(await store.readStream(other)).toEqual(others);
      expect(await store.eventAt(first?.position ?? '')).toEqual(first);
    });

    test('of a stream that is not there is nothing to overwrite', async () => {
      expect(await underTest.redaction.redactStream(newStream(), withoutTitle)).toBe(0);
    });
  });
}
