import { randomUUID } from 'node:crypto';
import type { EventToAppend } from '../../../src/core/event.js';
import { measureLatencies } from './statistics.js';

/** An event of ordinary size, about 600 bytes of JSON, as a viewer's progress or a finished rendition is. */
export function sampleEvent(index: number): EventToAppend {
  return {
    eventId: randomUUID(),
    type: index % 4 === 0 ? 'RenditionCompleted' : 'PlaybackProgressed',
    schemaVersion: 1,
    data: {
      mediaId: randomUUID(),
      viewerId: randomUUID(),
      positionSeconds: index % 3_600,
      durationSeconds: 3_600,
      segment: `segment-${index}.m4s`,
      bitrateBitsPerSecond: 2_400_000,
      codecs: ['avc1.64001f', 'mp4a.40.2'],
    },
    metadata: {
      correlationId: randomUUID(),
      commandId: randomUUID(),
      causationId: null,
      actor: 'viewer:42',
      occurredAt: '2026-11-21T09:30:00.000Z',
      tenantId: 'default',
      traceparent: null,
    },
  };
}

export type AppendOne = (stream: string, event: EventToAppend, expected: number) => Promise<unknown>;

export const STREAM_LENGTH = 20;

/**
 * Clients that each append one event after another, each to its own streams of twenty events, always naming the
 * expected revision (-1 for a new stream). Gives events a second and the latencies of single appends in milliseconds.
 */
export async function runClients(clients: number, seconds: number, append: AppendOne) {
  const latencies: number[] = [];
  let counted = 0;
  const startAt = performance.now();
  const endAt = startAt + seconds * 1_000;
  await Promise.all(
    Array.from({ length: clients }, async () => {
      for (let index = 0, stream = ''; performance.now() < endAt; index += 1) {
        const revision = index % STREAM_LENGTH;
        if (revision === 0) stream = `bench-${randomUUID()}`;
        const before = performance.now();
        await append(stream, sampleEvent(index), revision - 1);
        latencies.push(performance.now() - before);
        counted += 1;
      }
    }),
  );
  return {
    eventsPerSecond: counted / ((performance.now() - startAt) / 1_000),
    ...measureLatencies(latencies),
  };
}
