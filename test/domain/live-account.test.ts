import { describe, expect, test } from 'vitest';
import { addSeconds } from '../../src/core/time.js';
import {
  isDue,
  isOpen,
  type LiveAccount,
  newAccount,
  type SeenFrame,
  tell,
  withDropped,
  withFrame,
} from '../../src/domain/live/live-account.js';
import { sightingSchema } from '../../src/domain/live/live-events.js';

const BEGAN = '2026-11-21T09:30:00.000Z';
const at = (seconds: number) => addSeconds(BEGAN, seconds);
const models = [{ provider: 'local', model: 'm', version: '1' }];
const HEARTBEAT = 60;

/** What is seen at a second, each with its confidence; adult with its score. */
type Row = readonly [second: number, objects: Readonly<Record<string, number>>, adult?: number];

const frameOf = ([second, objects, adult = 0]: Row): SeenFrame => ({
  ...{ sequence: second, occurredAt: at(second), atSeconds: second, opens: second === 0 },
  objects: Object.entries(objects).map(([label, confidence]) => ({ label, confidence })),
  scores: { adult },
});

/** Tells as soon as it is due, after each of the rows and each second between them. */
function told(rows: readonly Row[], untilSecond: number) {
  let account: LiveAccount = newAccount;
  const sightings: { second: number; labelsNow: string[]; framesSeen: number }[] = [];
  for (let second = 0; second <= untilSecond; second++) {
    for (const row of rows)
      if (row[0] === second) account = withFrame(account, frameOf(row), { models, now: at(second) });
    if (!isDue(account, at(second), HEARTBEAT)) continue;
    const { sighting, next } = tell(account, at(second));
    sightingSchema.parse(sighting);
    sightings.push({ second, labelsNow: sighting.labelsNow, framesSeen: sighting.framesSeen });
    account = next;
  }
  return { sightings, account };
}

const eachSecond = (from: number, to: number, objects: Row[1], adult = 0): Row[] =>
  Array.from({ length: to - from + 1 }, (_, index) => [from + index, objects, adult]);

describe('what is told of frames', () => {
  test('is told at once when a source opens', () => {
    expect(told([[0, { person: 0.9 }]], 0).sightings).toEqual([
      { second: 0, labelsNow: ['person'], framesSeen: 1 },
    ]);
  });

  test('while nothing changes is told as a sign of life alone: 1440 times a day by default', () => {
    const { sightings } = told(eachSecond(0, 300, { person: 0.9 }), 300);
    expect(sightings.map(({ second }) => second)).toEqual([0, 60, 120, 180, 240, 300]);
    expect(sightings.map(({ framesSeen }) => framesSeen)).toEqual([1, 60, 60, 60, 60, 60]);
  });

  test('is told when something comes, and when it has been away for ten seconds', () => {
    const rows = [...eachSecond(0, 19, {}), ...eachSecond(20, 22, { dog: 0.8 }), ...eachSecond(23, 50, {})];
    expect(told(rows, 50).sightings).toEqual([
      { second: 0, labelsNow: [], framesSeen: 1 },
      { second: 20, labelsNow: ['dog'], framesSeen: 20 },
      { second: 32, labelsNow: [], framesSeen: 12 },
    ]);
  });

  test('is told no more than every five seconds, however it flickers', () => {
    const rows = eachSecond(0, 600, {}).map(
      ([second]): Row => [second, { [`thing ${second % 40}`]: 0.9, cat: second % 2 }],
    );
    const { sightings } = told(rows, 600);
    expect(sightings.length).toBeLessThanOrEqual(121);
    for (const [index, { second }] of sightings.entries())
      if (index > 0) expect(second - (sightings[index - 1]?.second ?? 0)).toBeGreaterThanOrEqual(5);
  });

  test('is told when it looks much worse than what was told, and not again for the same', () => {
    const rows = [...eachSecond(0, 9, {}, 0.1), ...eachSecond(10, 55, {}, 0.5)];
    expect(told(rows, 55).sightings.map(({ second }) => second)).toEqual([0, 10]);
  });

  test('of guesses is nothing told', () => {
    expect(told([[0, { ghost: 0.49 }]], 0).sightings[0]?.labelsNow).toEqual([]);
  });

  test('has each label at its best, with the frames it was in, and the highest score of a class', () => {
    const rows: Row[] = [
      [0, {}],
      [1, { person: 0.6 }, 0.02],
      [2, { person: 0.9, dog: 0.7 }, 0.3],
      [3, { person: 0.7 }, 0.1],
    ];
    const account = rows.reduce(
      (sum, row) => withFrame(sum, frameOf(row), { models, now: at(row[0]) }),
      newAccount,
    );
    const { sighting } = tell(account, at(3));
    expect(sighting).toEqual({
      ...{ from: at(0), to: at(3), lastSequence: 3, framesSeen: 4, models, labelsNow: ['dog', 'person'] },
      framesDropped: { publisher: 0, queue: 0, unseen: 0 },
      labels: [
        { label: 'person', confidence: 0.9, frames: 3, at: at(2), atSeconds: 2 },
        { label: 'dog', confidence: 0.7, frames: 1, at: at(2), atSeconds: 2 },
      ],
      moderation: [{ class: 'adult', score: 0.3, at: at(2), atSeconds: 2 }],
    });
  });

  test('what is there by the clock of who looks does not depend on the clock of the publisher', () => {
    const wrong = { ...frameOf([0, { person: 0.9 }]), occurredAt: '1970-01-01T00:00:00.000Z' };
    const account = withFrame(newAccount, wrong, { models, now: at(0) });
    expect(tell(account, at(1)).sighting.labelsNow).toEqual(['person']);
  });

  test('frames that nobody looked at are told of too, each once', () => {
    const dropped = withDropped(withDropped(newAccount, { queue: 3 }), { queue: 1, publisher: 2 });
    expect(isDue(dropped, at(0), HEARTBEAT)).toBe(true);
    const { sighting, next } = tell(dropped, at(0));
    expect(sighting).toMatchObject({
      ...{ framesSeen: 0, framesDropped: { publisher: 2, queue: 4, unseen: 0 } },
    });
    expect(isOpen(next)).toBe(false);
  });

  test('does not grow without bounds, whatever models name', () => {
    const objects = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`label ${index}`, 0.9]));
    const { sighting, next } = tell(
      withFrame(newAccount, frameOf([0, objects]), { models, now: at(0) }),
      at(0),
    );
    expect([sighting.labels.length, sighting.labelsNow.length]).toEqual([25, 25]);
    expect(Object.keys(next.lastSeen)).toHaveLength(25);
  });
});
