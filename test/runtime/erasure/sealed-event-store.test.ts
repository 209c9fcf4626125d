import { describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { createMemoryEventRedaction } from '../../../src/adapters/memory/event-redaction.js';
import { createMemoryEventStore } from '../../../src/adapters/memory/event-store.js';
import { createMemoryLog } from '../../../src/adapters/memory/memory-log.js';
import { createMemoryPersonalKeys } from '../../../src/adapters/memory/personal-keys.js';
import { unavailable } from '../../../src/core/errors.js';
import type { EventDefinitions } from '../../../src/core/event.js';
import { START } from '../../../src/core/position.js';
import { createEventCodec } from '../../../src/runtime/command/event-codec.js';
import { createErase } from '../../../src/runtime/erasure/erase.js';
import { seal } from '../../../src/runtime/erasure/seal.js';
import { createSealedEventStore } from '../../../src/runtime/erasure/sealed-event-store.js';
import { eventStoreContract } from '../../contracts/event-store.contract.js';
import { newStream, sampleEvent, takeEvents } from '../../contracts/event-store-samples.js';

const definitions: EventDefinitions = {
  SomethingHappened: {
    summary: 's',
    version: 1,
    schema: z.object({ title: z.string(), tags: z.array(z.unknown()), nested: z.unknown() }),
    personal: { title: '' },
  },
  NobodyMoved: { summary: 's', version: 1, schema: z.object({}) },
};

eventStoreContract('sealed', { idempotency: 'by-event-id' }, async () => {
  const log = createMemoryLog();
  const keys = createMemoryPersonalKeys();
  const open = async () => createSealedEventStore({ store: createMemoryEventStore(log), keys, definitions });
  return { open, cutConnections: async () => {}, stop: async () => {} };
});

function setUp() {
  const log = createMemoryLog();
  const raw = createMemoryEventStore(log);
  const keys = createMemoryPersonalKeys();
  const store = createSealedEventStore({ store: raw, keys, definitions });
  const erase = createErase({ keys, redaction: createMemoryEventRedaction(log), definitions });
  return { log, raw, keys, store, erase };
}

const titled = (title: string, requestHash?: string) => {
  const event = sampleEvent();
  const metadata = { ...event.metadata, ...(requestHash ? { requestHash } : {}) };
  return { ...event, data: { ...event.data, title }, metadata };
};
const readable = (log: object) => JSON.stringify(log);

describe('what is personal', () => {
  test('is in the log under a key only, and read as it was written', async () => {
    const { log, store } = setUp();
    const stream = newStream();
    const event = titled('Ada at home', 'hash-of-the-request');
    await store.append(stream, [event], 'no-stream');
    expect(readable(log.events)).not.toMatch(/Ada|hash-of-the-request/);
    const read = [
      await store.readStream(stream),
      (await store.readAll({ after: START, limit: 9 })).events,
      [await store.eventAt(log.events[0]?.position ?? '')],
      await takeEvents(store.subscribeAll({ after: START, signal: AbortSignal.timeout(9_000) }), 1),
    ];
    for (const [first] of read) expect(first).toMatchObject({ data: event.data, metadata: event.metadata });
  });

  test.each(['half of a pair: \ud83d', 'a NUL: \u0000'])(
    'is refused as all else is when no view could keep it: %j',
    async (title) => {
      const { store, log } = setUp();
      await expect(store.append(newStream(), [titled(title)], 'no-stream')).rejects.toMatchObject({
        code: 'unstorable_json',
      });
      expect(log.events).toEqual([]);
    },
  );

  test('is read without what no view could keep, where it was sealed before anybody looked', async () => {
    const { raw, keys, store } = setUp();
    const [stream, event] = [newStream(), titled('')];
    const key = (await keys.forWriting([stream])).get(stream);
    const personal = { title: 'a\ud83d b\u0000 \u{1f600} \\ud83d', tags: [{ 'k\udc00': 'v\udc00' }] };
    const sealed = key && seal(key, event.eventId.toLowerCase(), JSON.stringify({ personal }));
    await raw.append(
      stream,
      [{ ...event, metadata: { ...event.metadata, ...(sealed && { sealed }) } }],
      'no-stream',
    );
    const [read] = await store.readStream(stream);
    expect(read?.data).toMatchObject({
      title: 'a\ufffd b \u{1f600} \\ud83d',
      tags: [{ 'k\ufffd': 'v\ufffd' }],
    });
  });

  test('fits the schema without its key too, so that whoever needs nothing of it reads the log as it is', async () => {
    const { raw, store } = setUp();
    const stream = newStream();
    await store.append(stream, [titled('Ada at home')], 'no-stream');
    const [stored] = await raw.readStream(stream);
    expect(stored && createEventCodec(definitions).decode(stored).data).toMatchObject({ title: '' });
  });

  test('is gone for every reader once its stream is erased, and what stands for it is read', async () => {
    const { store, erase } = setUp();
    const [stream, other] = [newStream(), newStream()];
    await store.append(stream, [titled('Ada at home', 'hash')], 'no-stream');
    await store.append(other, [titled('Bob at work')], 'no-stream');
    await erase(stream);
    await erase(stream);
    const [erased, kept] = (await store.readAll({ after: START, limit: 9 })).events;
    expect(erased).toMatchObject({ data: { title: '', tags: ['a', null, 1.5, true] } });
    expect(erased?.metadata).toEqual({ ...sampleEvent().metadata, erased: true });
    expect(kept?.data.title).toBe('Bob at work');
  });

  test('is not kept at all when it comes after the erasure', async () => {
    const { log, store, erase } = setUp();
    const stream = newStream();
    await erase(stream);
    await store.append(stream, [titled('Ada at home', 'hash')], 'no-stream');
    expect(log.events[0]?.metadata).toEqual({ ...sampleEvent().metadata, erased: true });
    expect((await store.readStream(stream))[0]?.data.title).toBe('');
  });

  test('that an earlier release wrote readably is read as it is, and overwritten by the erasure', async () => {
    const { log, raw, store, erase } = setUp();
    const stream = newStream();
    await raw.append(stream, [titled('Ada at home', 'hash'), titled('')], 'no-stream');
    expect((await store.readStream(stream))[0]?.data.title).toBe('Ada at home');
    await erase(stream);
    expect(readable(log.events)).not.toMatch(/Ada|"hash"/);
    expect((await store.readStream(stream)).map(({ metadata }) => metadata.erased)).toEqual([
      true,
      undefined,
    ]);
  });

  test('under a key that was lost is erased, though its stream has another key since', async () => {
    const { raw, store } = setUp();
    const stream = newStream();
    await store.append(stream, [titled('Ada at home')], 'no-stream');
    const restored = createSealedEventStore({ store: raw, keys: createMemoryPersonalKeys(), definitions });
    await restored.append(stream, [titled('Ada again')], 'stream-exists');
    expect((await restored.readStream(stream)).map(({ data }) => data.title)).toEqual(['', 'Ada again']);
  });

  test('is not opened in the place of another event', async () => {
    const { log, store } = setUp();
    const stream = newStream();
    await store.append(stream, [titled('Ada at home'), titled('Ada away')], 'no-stream');
    const [first, second] = log.events;
    if (!first || !second) throw new Error('Two events were appended');
    Object.assign(second.metadata, { sealed: first.metadata.sealed });
    expect((await store.readStream(stream)).map(({ data }) => data.title)).toEqual(['Ada at home', '']);
  });
});

describe('keys', () => {
  test('of a page are asked for at once', async () => {
    const { raw, keys, store } = setUp();
    for (const title of ['a', 'b', 'c']) await store.append(newStream(), [titled(title)], 'no-stream');
    const forReading = vi.fn(keys.forReading);
    const reader = createSealedEventStore({ store: raw, keys: { ...keys, forReading }, definitions });
    await reader.readAll({ after: START, limit: 9 });
    expect(forReading).toHaveBeenCalledTimes(1);
  });

  test('are not asked for where nothing is personal', async () => {
    const { raw } = setUp();
    const keys = { forWriting: vi.fn(), forReading: vi.fn(), destroy: vi.fn() };
    const store = createSealedEventStore({ store: raw, keys, definitions });
    const stream = newStream();
    await store.append(stream, [sampleEvent({ type: 'NobodyMoved', data: {} })], 'any');
    await store.readStream(stream);
    expect([keys.forWriting, keys.forReading].flatMap(({ mock }) => mock.calls)).toEqual([]);
  });

  test('that cannot be had for a moment are waited for by a subscription', async () => {
    const { raw, keys, store } = setUp();
    await store.append(newStream(), [titled('Ada at home')], 'no-stream');
    const forReading = vi
      .fn(keys.forReading)
      .mockRejectedValueOnce(unavailable('personal_keys_unavailable', 'away'));
    const reader = createSealedEventStore({ store: raw, keys: { ...keys, forReading }, definitions });
    const pages = reader.subscribeAll({ after: START, signal: AbortSignal.timeout(9_000) });
    expect((await takeEvents(pages, 1))[0]?.data.title).toBe('Ada at home');
  });
});
