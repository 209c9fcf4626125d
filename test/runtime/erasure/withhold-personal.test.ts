import { expect, test } from 'vitest';
import { z } from 'zod';
import type { EventDefinitions, StoredEvent } from '../../../src/core/event.js';
import { withholdPersonal } from '../../../src/runtime/erasure/withhold-personal.js';
import { sampleEvent } from '../../contracts/event-store-samples.js';

const definitions: EventDefinitions = {
  Named: { summary: '', version: 1, schema: z.object({}), personal: { title: '' } },
};
const stored = (event: Partial<StoredEvent>): StoredEvent => ({
  ...sampleEvent(),
  ...{ stream: 'media-1', revision: 0, position: '1', recordedAt: '2026-11-21T09:30:00.000Z', type: 'Named' },
  ...event,
});
const { metadata } = sampleEvent();
const withhold = (event: StoredEvent) => withholdPersonal(definitions, event);

test('what is sealed goes out without its ciphertext', () => {
  const event = stored({ data: { title: '', sizeBytes: 1 }, metadata: { ...metadata, sealed: 'c2VjcmV0' } });
  expect(withhold(event)).toEqual({ ...event, metadata: { ...metadata, withheld: true } });
});

test('what an earlier release wrote readably goes out with what stands for it, without the hash of its request', () => {
  const event = stored({ data: { title: 'Ada', sizeBytes: 1 }, metadata: { ...metadata, requestHash: 'h' } });
  expect(withhold(event)).toEqual({
    ...event,
    data: { title: '', sizeBytes: 1 },
    metadata: { ...metadata, withheld: true },
  });
});

test('a viewer goes out under the random id, marked', () => {
  const event = stored({ type: 'Watched', data: { userId: 'random' } });
  expect(withhold(event)).toEqual({ ...event, metadata: { ...metadata, withheld: true } });
});

test('what is erased, and what never was personal, goes out as it is', () => {
  const erased = stored({ data: { title: '' }, metadata: { ...metadata, erased: true } });
  const plain = stored({ type: 'Watched', data: { sizeBytes: 1 } });
  expect([erased, plain].map(withhold)).toEqual([erased, plain]);
});
