import { describe, expect, test } from 'vitest';
import { chapterPlaces, type SeenPicture } from '../../../src/adapters/ffmpeg/scenes/chapter-places.js';

/** A picture every five seconds, of scenes that each show one shade or take turns between two. */
function film(
  ...scenes: readonly (readonly [seconds: number, ...shades: readonly number[]])[]
): SeenPicture[] {
  const pictures: SeenPicture[] = [];
  for (const [seconds, ...shades] of scenes)
    for (let index = 0; index < seconds / 5; index += 1) {
      const shade = shades[index % shades.length] ?? 0;
      pictures.push({ atSeconds: pictures.length * 5, signature: new Float32Array(12).fill(shade) });
    }
  return pictures;
}
const placesIn = (pictures: readonly SeenPicture[]) => chapterPlaces(pictures, pictures.length * 5);

describe('chapters begin', () => {
  test('between the last picture of a scene and the first of another', () => {
    expect(placesIn(film([100, 10], [100, 90], [140, 200]))).toEqual([
      { afterSeconds: 95, untilSeconds: 100 },
      { afterSeconds: 195, untilSeconds: 200 },
    ]);
  });

  test('not at the cuts within a dialogue', () => {
    expect(placesIn(film([120, 10, 90], [120, 150, 230], [100, 10, 90]))).toEqual([
      { afterSeconds: 115, untilSeconds: 120 },
      { afterSeconds: 235, untilSeconds: 240 },
    ]);
    expect(placesIn(film([400, 10, 90]))).toEqual([]);
  });

  test('where most changes, where there are more scenes than chapters', () => {
    const shades = Array.from({ length: 12 }, (_, index) => (index % 4) * 80);
    const places = placesIn(film(...shades.map((shade) => [100, shade] as const)));
    expect(places).toHaveLength(3);
    expect(places.map(({ untilSeconds }) => untilSeconds)).toEqual(expect.arrayContaining([400, 800]));
  });

  test('once in five minutes of a long film, and no more than 24 times', () => {
    const scenes = Array.from({ length: 240 }, (_, index) => [75, (index % 3) * 60] as const);
    expect(placesIn(film(...scenes))).toHaveLength(23);
  });

  test.each([
    ['short', film([100, 10], [90, 90], [100, 200])],
    ['of one scene', film([400, 50])],
    ['of two scenes, which are no chapters', film([200, 10], [200, 200])],
    ['in which all happens within the first minute', film([20, 10], [20, 90], [400, 200])],
    ['without a picture', []],
  ])('nowhere in a film that is %s', (_, pictures) => {
    expect(placesIn(pictures)).toEqual([]);
  });
});
