import { describe, expect, test } from 'vitest';
import { newsOf, readNews } from '../../../../src/adapters/postgres/event-store/log-news.js';
import { createStretches } from '../../../../src/adapters/postgres/event-store/stretches.js';

describe('what a batch tells of itself', () => {
  test('its types, each once', () => {
    expect(newsOf(['A', 'B', 'A'])).toBe(' A B');
    expect(readNews('12 9 A B')).toEqual({
      last: 12,
      stretch: { after: 9, last: 12, types: new Set(['A', 'B']) },
    });
  });

  test.for([
    ['a type that cannot be told from two', ['A B']],
    ['more types than a notification holds', Array.from({ length: 500 }, (_, index) => `Type${index}OfMany`)],
  ] as const)('nothing for %s', ([, types]) => {
    expect(newsOf(types)).toBe('');
  });

  test.for([
    ['12', { last: 12 }],
    ['12 9', { last: 12 }],
    ['12 x A', { last: 12 }],
    ['', undefined],
    ['twelve', undefined],
  ] as const)('%j is read as %j', ([notification, news]) => {
    expect(readNews(notification)).toEqual(news);
  });
});

describe('how far a reader of some types may go without reading', () => {
  const stretches = (...told: [after: number, last: number, ...types: string[]][]) => {
    const known = createStretches();
    for (const [after, last, ...types] of told) known.add({ after, last, types: new Set(types) });
    return known;
  };

  test('up to the first stretch that holds one of them', () => {
    const known = stretches([0, 2, 'A'], [2, 5, 'B'], [5, 6, 'A', 'C']);
    expect(known.reachableWithout(['C'], 0)).toBe(5);
    expect(known.reachableWithout(['C'], 2)).toBe(5);
    expect(known.reachableWithout(['D'], 0)).toBe(6);
    expect(known.reachableWithout(['A'], 0)).toBe(0);
  });

  test('nowhere over what it was not told of', () => {
    expect(stretches([5, 6, 'A']).reachableWithout(['B'], 4)).toBe(4);
    expect(stretches([0, 2, 'A'], [5, 6, 'A']).reachableWithout(['B'], 0)).toBe(2);
  });

  test('a stretch that a log set back was told of anew counts as told last', () => {
    expect(stretches([0, 2, 'A'], [0, 1, 'B']).reachableWithout(['B'], 0)).toBe(0);
  });

  test('only so many stretches are remembered', () => {
    const known = createStretches();
    for (let place = 0; place < 3_000; place++)
      known.add({ after: place, last: place + 1, types: new Set('A') });
    expect(known.reachableWithout(['B'], 0)).toBe(0);
    expect(known.reachableWithout(['B'], 2_500)).toBe(3_000);
  });
});
