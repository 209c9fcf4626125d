import { expect } from 'vitest';
import { historyOf } from './client.js';
import type { Query } from './external-database.js';

const ONCE = [
  'MediaRegistered',
  'MediaUploaded',
  'MediaProbed',
  'ProcessingPlanned',
  'PosterGenerated',
  'ModerationDecided',
];

/** The history of an item of which everything was done has everything once, whatever was killed on the way. */
export async function expectDoneOnce(url: string, mediaId: string): Promise<void> {
  const history = await historyOf(url, mediaId);
  const count = (type: string) => history.filter((event) => event.type === type).length;
  for (const type of ONCE) expect(count(type), `${type} of ${mediaId}`).toBe(1);
  const steps = history.filter(({ type }) => type === 'StepCompleted').map(({ data }) => String(data.step));
  const plan = history.find(({ type }) => type === 'ProcessingPlanned')?.data.steps as { step: string }[];
  const planned = plan.map(({ step }) => step);
  expect(planned, mediaId).toEqual(
    expect.arrayContaining(['moderate', 'poster', 'tag', 'thumbnails', 'transcode']),
  );
  expect(steps.toSorted(), mediaId).toEqual(['probe', ...planned].toSorted());
}

/** No job waits or runs, none was given up, and sagas have handed over all that they decided. */
export async function expectNothingLeft(query: Query): Promise<void> {
  const left = () =>
    query<{ jobs: number; outbox: number; letters: number }>(
      `select (select count(*)::int from pgboss.job where state < 'completed') as jobs,
         (select count(*)::int from saga_outbox) as outbox, (select count(*)::int from dead_letters) as letters`,
    );
  await expect.poll(left, { timeout: 30_000 }).toEqual([{ jobs: 0, outbox: 0, letters: 0 }]);
}
