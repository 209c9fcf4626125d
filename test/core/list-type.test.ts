import { describe, expect, test } from 'vitest';
import { firstOfAny, type KindInterest, kindsFor, kindsForNewcomers } from '../../src/core/list-type.js';
import { mediaKinds } from '../../src/core/media-kind.js';

describe('of which kinds a viewer is shown something', () => {
  test('newcomers find every kind there is, one after the other', () => {
    expect(kindsForNewcomers.toSorted()).toEqual(mediaKinds.toSorted());
    expect(kindsFor([])).toEqual(kindsForNewcomers);
  });

  test.each<[string, KindInterest[], string]>([
    ['the one they care for', [{ kind: 'image', weight: 0.3 }], 'image'],
    [
      'the one they care for most',
      [
        { kind: 'image', weight: 3 },
        { kind: 'audio', weight: 3.5 },
      ],
      'audio',
    ],
    [
      'of equal ones that of newcomers',
      [
        { kind: 'image', weight: 2 },
        { kind: 'video', weight: 2 },
      ],
      'video',
    ],
  ])('others %s, and no other', (_, interest, kind) => {
    expect(kindsFor(interest)).toEqual([kind]);
  });

  test('the first type of which there is anything is taken, and none behind it is looked at', async () => {
    const looked: string[] = [];
    const found = await firstOfAny(['video', 'audio', 'image'], async (type) => {
      looked.push(type);
      return type === 'audio' ? ['song'] : [];
    });
    expect(found).toEqual({ type: 'audio', items: ['song'] });
    expect(looked).toEqual(['video', 'audio']);
    expect(await firstOfAny(['video', 'audio'], async () => [])).toEqual({ type: 'video', items: [] });
  });
});
