import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { EventDefinitions, EventMetadata, StoredEvent } from '../../../src/core/event.js';
import type { JsonObject } from '../../../src/core/json.js';
import { createEventCodec } from '../../../src/runtime/command/event-codec.js';
import { deepFreeze } from '../../kit/deep-freeze.js';

/** A length that was in minutes first, then in seconds, then said so in its name. */
const definitions = {
  FilmShown: {
    summary: 'A film was shown.',
    version: 3,
    schema: z.object({ title: z.string(), durationSeconds: z.number() }),
    upcasters: {
      1: ({ minutes, ...rest }: JsonObject) => {
        if (typeof minutes !== 'number') throw new TypeError('minutes are missing');
        return { ...rest, length: minutes * 60 };
      },
      2: ({ length, ...rest }: JsonObject) => ({ ...rest, durationSeconds: length ?? null }),
    },
  },
} satisfies EventDefinitions;
const codec = createEventCodec(definitions);

const metadata: EventMetadata = {
  correlationId: 'c',
  commandId: 'c',
  causationId: null,
  actor: 'ada',
  occurredAt: '2026-11-21T09:30:00.000Z',
  tenantId: 'default',
  traceparent: null,
};
const stored = (schemaVersion: number, data: JsonObject, type = 'FilmShown'): StoredEvent =>
  deepFreeze({
    eventId: '11111111-1111-8111-8111-111111111111',
    stream: 'film-1',
    revision: 0,
    position: '0000000000000001',
    recordedAt: '2026-11-21T09:30:00.000Z',
    type,
    schemaVersion,
    data,
    metadata,
  });
const unreadable = (reason: RegExp) =>
  expect.objectContaining({
    kind: 'internal',
    code: 'unreadable_event',
    message: expect.stringMatching(reason),
  });

describe('reading events', () => {
  test.each([
    ['the newest version is read as it is', 3, { title: 'Metropolis', durationSeconds: 9180 }],
    ['the version before goes through one upcaster', 2, { title: 'Metropolis', length: 9180 }],
    ['the first version goes through all of them', 1, { title: 'Metropolis', minutes: 153 }],
  ])('%s', (_, version, data) => {
    const decoded = codec.decode(stored(version, data));
    expect(decoded.data).toEqual({ title: 'Metropolis', durationSeconds: 9180 });
    expect(decoded.schemaVersion).toBe(3);
    expect(decoded.metadata).toEqual(metadata);
  });

  test('fields that the newest version does not know are left out', () => {
    expect(codec.decode(stored(3, { title: 'M', durationSeconds: 1, colour: false })).data).toEqual({
      title: 'M',
      durationSeconds: 1,
    });
  });

  test.each([
    ['of an unknown type', stored(1, {}, 'FilmBurnt'), /type is not known/],
    ['whose type is a word every object knows', stored(1, {}, 'constructor'), /type is not known/],
    ['of a newer release', stored(4, {}), /written by a newer release \(we know up to v3\)/],
    ['that does not fit', stored(3, { title: 'M', durationSeconds: 'long' }), /durationSeconds/],
    ['that its upcaster cannot read', stored(1, { title: 'M' }), /minutes are missing/],
    ['that does not fit after upcasting', stored(2, { title: 'M' }), /durationSeconds/],
    ['of a version that never was', stored(0, {}), /no upcaster from version 0/],
  ])('an event %s is not half read', (_, event, reason) => {
    expect(() => codec.decode(event)).toThrowError(unreadable(reason));
  });
});

describe('writing events', () => {
  const eventId = '22222222-2222-8222-8222-222222222222';

  test('they are stamped with the newest version', () => {
    const data = { title: 'M', durationSeconds: 1 };
    expect(codec.encode(deepFreeze({ type: 'FilmShown', data }), eventId, metadata)).toEqual({
      eventId,
      type: 'FilmShown',
      schemaVersion: 3,
      data,
      metadata,
    });
  });

  test('what was written is read back the same', () => {
    const encoded = codec.encode(
      { type: 'FilmShown', data: { title: 'M', durationSeconds: 1 } },
      eventId,
      metadata,
    );
    expect(codec.decode(stored(encoded.schemaVersion, encoded.data)).data).toEqual(encoded.data);
  });

  test.each([
    ['of an unknown type', { type: 'FilmBurnt', data: {} }, /unknown event type/],
    ['whose type is a word every object knows', { type: 'toString', data: {} }, /unknown event type/],
    ['that does not fit', { type: 'FilmShown', data: { title: 'M' } }, /durationSeconds/],
  ])('one %s is a bug of ours and is not stored', (_, event, reason) => {
    expect(() => codec.encode(event, eventId, metadata)).toThrowError(
      expect.objectContaining({ code: 'invalid_event', message: expect.stringMatching(reason) }),
    );
  });
});

test('a version without an upcaster is noticed at start', () => {
  const { FilmShown } = definitions;
  expect(() =>
    createEventCodec({
      FilmShown: { ...FilmShown, upcasters: { 1: FilmShown.upcasters[1] } },
      FilmCut: { ...FilmShown, version: 2, upcasters: {} },
    }),
  ).toThrowError('Event versions without an upcaster: FilmShown v2, FilmCut v1');
});
