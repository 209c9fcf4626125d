import { describe, expect, test } from 'vitest';
import type { MediaKind } from '../../../src/core/media-kind.js';
import type { MediaFlowEvent } from '../../../src/domain/index.js';
import { ofItem, probedAs, uploadedItem } from './item-events.js';
import type { ViewsUnderTest } from './views-under-test.js';

const frames = [
  'cee6e2f9bcfcee8b1078ec861323d0c9',
  '8f8e8ccccdcc77cd460681c7fb3c0364',
  '8185e1f1e5c99ffc903c1f3b63df1f1e',
];
/** With so many other bits, spread over all of it. */
const changed = (look: string, bits: number): string => {
  let value = BigInt(`0x${look}`);
  for (let bit = 0; bit < bits; bit++) value ^= 1n << BigInt((bit * 37) % 128);
  return value.toString(16).padStart(32, '0');
};
const looking = (id: string, kind: MediaKind, looks: readonly string[]): MediaFlowEvent[] => [
  ...uploadedItem(id, { title: `The ${id}` }),
  ...probedAs(id, kind),
  { type: 'LooksTaken', data: { mediaId: id, looks: looks.map((look, at) => ({ atSeconds: at, look })) } },
];
const rejected = (id: string): MediaFlowEvent[] =>
  ofItem(id, { type: 'MediaRejected', data: { mediaId: id, by: 'reviewer', reason: 'r' } });

export function mediaLooksReading(views: () => ViewsUnderTest): void {
  const looks = () => views().readers.mediaLooks;
  const nearTo = async (kind: MediaKind, asked: readonly string[], more = {}) =>
    (await looks().near({ mediaId: 'm0', kind, looks: asked, ...more }, 10)).map(({ mediaId }) => mediaId);

  describe('looks of media', () => {
    test('what an item looks like is told, and of one that there is not, nothing', async () => {
      await views().tell(looking('m1', 'video', frames));
      expect(await looks().of('m1')).toEqual({ kind: 'video', looks: frames });
      expect(await looks().of('m9')).toBeUndefined();
    });

    test('copies of a picture are found, the most alike first, up to fifteen bits; nothing is its own copy', async () => {
      const [look = ''] = frames;
      for (const bits of [15, 16, 0, 7])
        await views().tell(looking(`m${bits}`, 'image', [changed(look, bits)]));
      expect(await nearTo('image', [look])).toEqual(['m7', 'm15']);
      expect(await looks().near({ mediaId: 'm1', kind: 'image', looks: [look] }, 1)).toEqual([
        { mediaId: 'm0', title: 'The m0', status: 'processing', frames: 1, differentBits: 0 },
      ]);
    });

    test('a film is like another one by half of its frames and no fewer than three, in whatever order; never like a picture', async () => {
      await views().tell(looking('m1', 'video', [...frames].reverse()));
      await views().tell(looking('m2', 'video', frames.slice(1)));
      await views().tell(looking('m3', 'image', frames.slice(0, 1)));
      expect(await nearTo('video', frames)).toEqual(['m1']);
      expect(await nearTo('image', frames.slice(0, 1))).toEqual(['m3']);
      expect(await nearTo('video', frames.slice(1))).toEqual([]);
      expect(await nearTo('video', [])).toEqual([]);
    });

    test('those that were rejected can be asked for alone', async () => {
      for (const id of ['m1', 'm2']) await views().tell(looking(id, 'video', frames));
      await views().tell(rejected('m2'));
      expect(await nearTo('video', frames, { rejected: true })).toEqual(['m2']);
    });

    test('what was looked at again looks as it was seen last, and what is deleted like nothing', async () => {
      await views().tell(looking('m1', 'video', frames));
      await views().tell([{ type: 'LooksTaken', data: { mediaId: 'm1', looks: [] } }]);
      expect(await nearTo('video', frames)).toEqual([]);
      await views().tell(looking('m2', 'video', frames));
      await views().tell([{ type: 'MediaDeleted', data: { mediaId: 'm2' } }]);
      expect(await nearTo('video', frames)).toEqual([]);
    });
  });
}
