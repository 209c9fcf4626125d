import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { StoredEvent } from '../../src/core/event.js';
import type { JsonObject } from '../../src/core/json.js';
import { eventDefinitions } from '../../src/domain/index.js';
import { createEventCodec } from '../../src/runtime/command/event-codec.js';

const folder = new URL('../fixtures/events/', import.meta.url);
const codec = createEventCodec(eventDefinitions);

const fixtures = readdirSync(folder)
  .map((file) => /^(?<type>\w+)\.v(?<version>\d+)\.json$/.exec(file)?.groups)
  .filter((groups) => groups !== undefined)
  .map(({ type = '', version = '' }) => ({ type, version: Number(version) }));

const stored = (type: string, version: number): StoredEvent => ({
  eventId: '11111111-1111-8111-8111-111111111111',
  stream: 'golden',
  revision: 0,
  position: '0000000000000001',
  recordedAt: '2026-11-21T09:30:00.000Z',
  type,
  schemaVersion: version,
  data: JSON.parse(readFileSync(new URL(`${type}.v${version}.json`, folder), 'utf8')) as JsonObject,
  metadata: {
    correlationId: 'c',
    commandId: 'c',
    causationId: null,
    actor: 'golden',
    occurredAt: '2026-11-21T09:30:00.000Z',
    tenantId: 'default',
    traceparent: null,
  },
});

describe('golden events', () => {
  test('every version of every event type has one', () => {
    const expected = Object.entries(eventDefinitions).flatMap(([type, { version }]) =>
      Array.from({ length: version }, (_, index) => `${type} v${index + 1}`),
    );
    expect(fixtures.map(({ type, version }) => `${type} v${version}`).toSorted()).toEqual(
      expected.toSorted(),
    );
  });

  test.each(fixtures)('$type v$version reads as today’s shape', ({ type, version }) => {
    const decoded = codec.decode(stored(type, version));
    expect(decoded.type).toBe(type);
    expect(decoded.schemaVersion).toBe(eventDefinitions[type as keyof typeof eventDefinitions].version);
    if (version === decoded.schemaVersion) expect(decoded.data).toEqual(stored(type, version).data);
  });
});
