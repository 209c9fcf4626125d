import { describe, expect, test } from 'vitest';
import { MediaFlowError } from '../../src/core/errors.js';
import type { EventToAppend } from '../../src/core/event.js';
import {
  type EventStore,
  type ExpectedRevision,
  WrongExpectedRevisionError,
} from '../../src/core/event-store.js';
import { idsOf, newStream, sampleEvent, sampleEvents } from './event-store-samples.js';

export function appendingBehaviour(store: () => EventStore, open: () => Promise<EventStore>): void {
  describe('appending', () => {
    test('tells revision and position of the last event, and what was appended is read back', async () => {
      const stream = newStream();
      const events = sampleEvents(3);
      const before = await store().head();
      const result = await store().append(stream, events, 'no-stream');
      const stored = await store().readStream(stream);
      expect(stored).toMatchObject(events);
      expect(stored.map((event) => event.revision)).toEqual([0, 1, 2]);
      expect(result).toEqual({ revision: 2, position: stored.at(-1)?.position });
      expect(result.position > before).toBe(true);
      expect(Date.parse(stored[0]?.recordedAt ?? '')).toBeGreaterThan(0);
    });

    test.for<[number, ExpectedRevision, boolean]>([
      [0, 'no-stream', true],
      [0, 'any', true],
      [0, -1, true],
      [0, 'stream-exists', false],
      [0, 0, false],
      [2, 'any', true],
      [2, 'stream-exists', true],
      [2, 1, true],
      [2, 'no-stream', false],
      [2, 0, false],
      [2, 2, false],
      [2, -1, false],
    ])(
      'a stream of %s events and an expectation of %s: accepted is %s',
      async ([count, expected, accepted]) => {
        const stream = newStream();
        if (count > 0) await store().append(stream, sampleEvents(count), 'no-stream');
        const append = store().append(stream, [sampleEvent()], expected);
        if (accepted) expect(await append).toMatchObject({ revision: count });
        else
          await expect(append).rejects.toMatchObject({ code: 'wrong_expected_revision', actual: count - 1 });
        expect(await store().readStream(stream)).toHaveLength(accepted ? count + 1 : count);
      },
    );

    test('of many writers that expect the same revision exactly one wins', async () => {
      const stream = newStream();
      const attempts = await Promise.allSettled(
        Array.from({ length: 16 }, () => store().append(stream, sampleEvents(2), 'no-stream')),
      );
      const reasons = attempts.flatMap((attempt) => (attempt.status === 'rejected' ? [attempt.reason] : []));
      expect(reasons).toHaveLength(15);
      for (const reason of reasons) expect(reason).toBeInstanceOf(WrongExpectedRevisionError);
      expect(await store().readStream(stream)).toHaveLength(2);
    });

    test('tells who expected wrongly of which stream that was and where it is', async () => {
      const stream = newStream();
      await store().append(stream, sampleEvents(2), 'no-stream');
      const error = await store()
        .append(stream, [sampleEvent()], 7)
        .catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(WrongExpectedRevisionError);
      expect(error).toMatchObject({ kind: 'conflict', stream, expected: 7, actual: 1 });
    });

    test('is read back at once by other processes, and many appends may be a new process’s first', async () => {
      const [one, other] = [await open(), await open()];
      const streams = Array.from({ length: 150 }, newStream);
      await Promise.all(streams.map((stream) => one.append(stream, [sampleEvent()], 'no-stream')));
      const read = await Promise.all(streams.map((stream) => other.readStream(stream)));
      expect(read.map((events) => events.length)).toEqual(streams.map(() => 1));
      const again = streams.map((stream) => other.append(stream, [sampleEvent()], 0));
      expect((await Promise.all(again)).map(({ revision }) => revision)).toEqual(streams.map(() => 1));
      await Promise.all([one.close(), other.close()]);
    });

    test('writers without an expectation all get their place, in the order they came', async () => {
      const stream = newStream();
      const events = sampleEvents(32);
      const results = await Promise.all(events.map((event) => store().append(stream, [event], 'any')));
      expect(results.map((result) => result.revision)).toEqual(events.map((_, index) => index));
      expect(idsOf(await store().readStream(stream))).toEqual(idsOf(events));
    });

    test('a conflict fails its own append and not the ones made at the same time', async () => {
      const [contested, free] = [newStream(), newStream()];
      await store().append(contested, [sampleEvent()], 'no-stream');
      const [good, bad, alsoGood] = await Promise.allSettled([
        store().append(free, [sampleEvent()], 'no-stream'),
        store().append(contested, [sampleEvent()], 'no-stream'),
        store().append(free, [sampleEvent()], 0),
      ]);
      expect([good?.status, bad?.status, alsoGood?.status]).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    });
  });

  describe('what is refused', () => {
    const twin = sampleEvent();
    test.for<[string, string, string, EventToAppend[]]>([
      ['no events', 'invalid_append', 'limits', []],
      ['an id that is no UUID', 'invalid_event_id', 'limits', [sampleEvent({ eventId: 'one' })]],
      ['the same id twice', 'duplicate_event_id', 'limits', [twin, twin]],
      ['a NUL', 'unstorable_json', 'limits', [sampleEvent({ data: { a: ['\u0000'] } })]],
      ['a NUL in a key', 'unstorable_json', 'limits', [sampleEvent({ data: { '\u0000': 1 } })]],
      ['half a surrogate pair', 'unstorable_json', 'limits', [sampleEvent({ data: { a: '\ud800' } })]],
      ['no type', 'invalid_append', 'limits', [sampleEvent({ type: '' })]],
      ['no stream name', 'invalid_append', '', [sampleEvent()]],
      ['a stream name of 301 characters', 'invalid_append', 's'.repeat(301), [sampleEvent()]],
      ['a NUL in the stream name', 'invalid_append', 'limits\u0000', [sampleEvent()]],
    ])('%s: %s', async ([, code, stream, events]) => {
      expect(await refusalOf(stream, events)).toMatchObject({ code });
    });
  });

  describe('the limits a store tells', () => {
    /** An event whose data are so many bytes of JSON. */
    const eventOf = (dataBytes: number) =>
      sampleEvent({ data: { a: 'x'.repeat(dataBytes - '{"a":""}'.length) } });

    test('are beyond what any of our commands causes at once', () => {
      const { events, dataBytes, appendBytes } = store().appendLimits;
      expect(events).toBeGreaterThanOrEqual(100);
      expect(dataBytes).toBeGreaterThanOrEqual(262_144);
      expect(appendBytes).toBeGreaterThanOrEqual(dataBytes);
    });

    test('are kept: as much as is allowed is stored and read back', async () => {
      const { events, dataBytes, appendBytes } = store().appendLimits;
      const stream = `${newStream()}-`.padEnd(300, 'é');
      const largest = eventOf(Math.min(dataBytes, appendBytes - 1_000));
      const awkward = sampleEvent({ data: { a: '\\u0000 \\\\ud800 {NULL} "," 🎬' } });
      await store().append(stream, [largest], 'no-stream');
      await store().append(stream, [awkward], 0);
      await store().append(stream, sampleEvents(events, { data: {} }), 1);
      const stored = await store().readStream(stream);
      expect(stored).toHaveLength(events + 2);
      expect(stored[0]?.data).toEqual(largest.data);
      expect(stored[1]?.data).toEqual(awkward.data);
    });

    test('refuse one event more, and say how many there may be', async () => {
      const { events: limitEvents } = store().appendLimits;
      expect(await refusalOf('limits', sampleEvents(limitEvents + 1, { data: {} }))).toMatchObject({
        ...{ kind: 'too-large', code: 'append_too_large' },
        details: { limitEvents, count: limitEvents + 1 },
      });
    });

    test('refuse a larger event, and say how large one may be', async () => {
      const { dataBytes: limitBytes } = store().appendLimits;
      expect(await refusalOf('limits', [eventOf(limitBytes + 1)])).toMatchObject({
        ...{ kind: 'too-large', code: 'event_too_large' },
        details: { limitBytes, sizeBytes: limitBytes + 1 },
      });
    });

    test('refuse events that are too large together', async () => {
      const { dataBytes, appendBytes: limitBytes } = store().appendLimits;
      const count = Math.floor(limitBytes / dataBytes) + 1;
      const large = Array.from({ length: count }, () => eventOf(dataBytes));
      expect(await refusalOf('limits', large)).toMatchObject({
        ...{ kind: 'too-large', code: 'append_too_large' },
        details: { limitBytes },
      });
    });
  });

  /** Why an append is refused, of which nothing is stored. */
  async function refusalOf(stream: string, events: EventToAppend[]): Promise<unknown> {
    const before = await store().head();
    const error = await store()
      .append(stream, events, 'any')
      .then(
        () => undefined,
        (reason: unknown) => reason,
      );
    expect(error).toBeInstanceOf(MediaFlowError);
    expect(await store().head()).toBe(before);
    return error;
  }
}
