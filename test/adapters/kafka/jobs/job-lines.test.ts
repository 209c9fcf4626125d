import { expect, test } from 'vitest';
import { createJobLines, type WaitingRecord } from '../../../../src/adapters/kafka/jobs/job-lines.js';
import { jobIn, jobRecord, writtenAt } from '../../../../src/adapters/kafka/jobs/job-records.js';
import type { JobToEnqueue } from '../../../../src/core/job.js';

const job = (payload: JobToEnqueue['payload'] = {}): JobToEnqueue => ({
  ...{ id: '0b0f4f5e-7f0a-4b7e-9b44-3c6f0f7a1c11', kind: 'probe', key: 'm1', payload },
  ...{ correlationId: 'm1', causationId: 'e1', tenantId: 'default', traceparent: null },
});
const [clips, films] = [
  { topic: 'short', partition: 0 },
  { topic: 'long', partition: 3 },
];
const record = (place: typeof clips, offset: number, sentAt: number, name: string): WaitingRecord => ({
  ...{ offset, sentAt },
  job: { ...place, offset, enqueuedAt: '2026-01-01T00:00:00.000Z', job: job({ name }) },
});
const plenty = { short: 10, long: 10 };
const open = () => {
  const lines = createJobLines((topic) => topic === 'long');
  lines.put(clips, [record(clips, 0, 3, 'a'), record(clips, 1, 2, 'b'), record(clips, 2, 9, 'c')]);
  lines.put(films, [record(films, 7, 1, 'film'), record(films, 8, 4, 'epic')]);
  const named = (room: typeof plenty) => lines.next(room).jobs.map((each) => each.job.payload.name);
  return { lines, named };
};

test('jobs go in the order in which they were sent, and of a partition in its own', () => {
  const { lines, named } = open();
  expect(named(plenty)).toEqual(['film', 'a', 'b', 'epic', 'c']);
  lines.drop([{ ...films, nextOffset: 8 }]);
  expect(named(plenty)).toEqual(['a', 'b', 'epic', 'c']);
});

test('long jobs without room keep no short one waiting, and what was taken is told by its partition', () => {
  const { lines } = open();
  expect(lines.next({ short: 2, long: 0 })).toMatchObject({
    jobs: [{ offset: 0 }, { offset: 1 }],
    reached: [{ ...clips, nextOffset: 2 }],
  });
  expect(lines.next({ short: 0, long: 0 })).toEqual({ jobs: [], reached: [] });
});

test('what is no job takes no room and holds nobody up', () => {
  const { lines } = open();
  lines.clear();
  lines.put(clips, [{ offset: 4, sentAt: 0, job: undefined }, record(clips, 5, 1, 'a')]);
  expect(lines.next({ short: 0, long: 0 })).toEqual({ jobs: [], reached: [{ ...clips, nextOffset: 5 }] });
  expect(lines.length(clips)).toBe(2);
  lines.drop([{ ...clips, nextOffset: 6 }]);
  expect(lines.isEmpty()).toBe(true);
});

test('a job is read from its record as it was sent, by those who take its kind', () => {
  const film = { ...job({ mediaId: 'm1', list: [1, null] }), long: true, patienceSeconds: 27 };
  const { key, value } = jobRecord({ job: film, sentAt: 5.001 });
  expect(key).toBe('m1');
  expect(jobIn(Buffer.from(value), 'probe')).toEqual({ job: film, sentAt: 5.001 });
  expect(jobIn(Buffer.from(value), 'poster')).toBeUndefined();
  for (const foreign of ['', 'null', '{', '{"id":"x"}'])
    expect(jobIn(Buffer.from(foreign), 'probe')).toBeUndefined();
});

test('what no database keeps in a text is refused before it is sent, and never read', () => {
  expect(() => jobRecord({ job: job({ name: 'a\u0000b' }), sentAt: 1 })).toThrow('NUL');
  const { value } = jobRecord({ job: job({ name: 'a-b' }), sentAt: 1 });
  expect(jobIn(Buffer.from(value.replace('a-b', String.raw`a\u0000b`)), 'probe')).toBeUndefined();
});

test.each(['-1', '0', '9000000000000000000', 'no number', '1800000000000'])(
  'a record of the time %s has just come',
  (timestamp) => expect(writtenAt(timestamp, 1_790_000_000_000)).toBe('2026-09-21T14:13:20.000Z'),
);
