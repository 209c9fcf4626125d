import { expect, test } from 'vitest';
import { createMemoryEventStore } from '../../src/adapters/memory/event-store.js';
import { createIsForgotten } from '../../src/apps/wire/is-forgotten.js';
import type { WorkerContext } from '../../src/core/worker.js';
import { type ViewerEvent, viewerStream } from '../../src/domain/viewer/viewer.js';
import { forgetWorker } from '../../src/workers/forget.js';
import { sampleEvent } from '../bench/event-store/workload.js';

const userId = 'a-random-id';
const liked: ViewerEvent = {
  type: 'InteractionRecorded',
  data: { userId, mediaId: 'm1', type: 'like', value: null, occurredAt: '2026-11-21T09:30:00.000Z' },
};
const askedToBeForgotten: ViewerEvent = { type: 'ViewerForgotten', data: { userId } };

/** Whom a job to forget the viewer takes away, with this history. */
async function forgottenAfter(...history: readonly ViewerEvent[]): Promise<readonly string[]> {
  const store = createMemoryEventStore();
  for (const event of history)
    await store.append(viewerStream(userId), [{ ...sampleEvent(0), ...event }], 'any');
  const taken: string[] = [];
  const worker = forgetWorker({
    viewers: { forget: async (id) => void taken.push(id) as never },
    isForgotten: createIsForgotten({ store }),
  });
  await worker.run({ userId }, {} as WorkerContext).catch((error: unknown) => {
    expect(error).toMatchObject({ code: 'viewer_not_forgotten' });
  });
  return taken;
}

test('a viewer is forgotten once history says so, and what they did afterwards changes nothing about it', async () => {
  expect(await forgottenAfter(liked, askedToBeForgotten)).toEqual([userId]);
  expect(await forgottenAfter(askedToBeForgotten, liked)).toEqual([userId]);
});

test('a job alone, as anybody may have written it into a topic, takes nothing away', async () => {
  expect(await forgottenAfter(liked)).toEqual([]);
  expect(await forgottenAfter()).toEqual([]);
});
