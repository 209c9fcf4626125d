import { describe, expect, test } from 'vitest';
import type { LibraryFilter, LibraryPlace } from '../../../src/core/readers/media-library.js';
import type { MediaEvent } from '../../../src/domain/media/media-events.js';
import { mediaId, model, probe, registered, renditionCompleted } from '../../kit/media-fixtures.js';
import { ofItem, probedAs, publishedItem, uploadedItem } from './item-events.js';
import type { ViewsUnderTest } from './views-under-test.js';

const deleted: MediaEvent = { type: 'MediaDeleted', data: { mediaId } };
const probed: MediaEvent = { type: 'MediaProbed', data: { mediaId, kind: 'video', probe } };
const tagged: MediaEvent = {
  type: 'TagsGenerated',
  data: { mediaId, model, tags: [{ label: 'dog', confidence: 0.9, appearances: [] }] },
};
const at = (second: number) => `2026-11-21T08:00:0${second}.000Z`;

export function libraryLists(views: () => ViewsUnderTest): void {
  const page = (filter: Partial<LibraryFilter>, after: LibraryPlace | null = null, limit = 10) =>
    views().readers.mediaLibrary.page(
      { withDeleted: false, ...filter },
      { after, limit, making: true, files: true },
    );
  const idsOf = async (filter: Partial<LibraryFilter>) =>
    (await page(filter)).items.map((item) => item.mediaId);

  describe('lists', () => {
    test('are of the newest first, and what was created at the same instant by id, falling', async () => {
      await views().tell([...publishedItem('m1'), ...publishedItem('m3')], at(1));
      await views().tell([...publishedItem('m2')], at(2));
      expect(await idsOf({})).toEqual(['m2', 'm3', 'm1']);
    });

    test('go on where a page ended, whatever has come in since', async () => {
      await views().tell([...publishedItem('m1'), ...publishedItem('m2'), ...publishedItem('m3')], at(1));
      const first = await page({}, null, 2);
      expect(first.items.map((item) => item.mediaId)).toEqual(['m3', 'm2']);
      await views().tell(publishedItem('m4'), at(2));
      const second = await page({}, first.nextAfter, 2);
      expect(second.items.map((item) => item.mediaId)).toEqual(['m1']);
      expect(second.nextAfter).toBeNull();
      const all = await page({}, null, 4);
      expect([all.items.length, all.nextAfter]).toEqual([4, null]);
    });

    test('tell where the next page begins by the last item: when it was created, and its id', async () => {
      await views().tell([...publishedItem('m1'), ...publishedItem('m2')], at(1));
      const { nextAfter } = await page({}, null, 1);
      expect(nextAfter).toEqual({ createdAt: '2026-11-21T08:00:01.000000Z', mediaId: 'm2' });
    });

    test('of a kind go on where a page ended, and hold with every other filter', async () => {
      const details = { title: 'A red dog', tags: ['dog'] };
      await views().tell(publishedItem('film', details, 'video'), at(1));
      await views().tell(
        [...publishedItem('p1', details, 'image'), ...publishedItem('p2', details, 'image')],
        at(2),
      );
      await views().tell(publishedItem('p3', { title: 'A cat', tags: ['cat'] }, 'image'), at(3));
      await views().tell([...uploadedItem('p4', details), ...probedAs('p4', 'image')], at(4));
      const dogs: Partial<LibraryFilter> = {
        type: 'image',
        status: 'published',
        tag: 'dog',
        search: { anyOf: [['red']], noneOf: ['blue'] },
      };
      expect(await idsOf({ type: 'image' })).toEqual(['p4', 'p3', 'p2', 'p1']);
      expect(await idsOf({ type: 'audio' })).toEqual([]);
      const first = await page(dogs, null, 1);
      const second = await page(dogs, first.nextAfter, 1);
      expect([first, second].map(({ items }) => items.map((item) => item.mediaId))).toEqual([['p2'], ['p1']]);
      expect(second.nextAfter).toBeNull();
    });

    test('come without what was made of items, where that is not asked for', async () => {
      await views().tell([
        ...uploadedItem('m1'),
        ...ofItem(
          'm1',
          { type: 'MediaProbed', data: { mediaId, kind: 'video', probe } },
          renditionCompleted('360p'),
        ),
        ...ofItem('m1', {
          type: 'PosterGenerated',
          data: { mediaId, poster: { blobKey: 'p', atSeconds: 1 } },
        }),
      ]);
      const filter = { withDeleted: false };
      const place = { after: null, limit: 1, making: false };
      const { mediaLibrary } = views().readers;
      const [whole] = (await mediaLibrary.page(filter, { ...place, files: true })).items;
      expect(whole).toMatchObject({
        ...{ renditions: [{ name: '360p' }], derivatives: [{ name: 'poster.jpg' }] },
        soundTracks: [{ streamIndex: 1, channels: 6 }],
      });
      const [short] = (await mediaLibrary.page(filter, { ...place, files: false })).items;
      expect(short).toEqual({ ...whole, renditions: [], soundTracks: [], derivatives: [] });
    });

    test('leave deleted items out, unless they are asked for', async () => {
      await views().tell([...publishedItem('m1'), ...uploadedItem('m2'), ...ofItem('m2', deleted)]);
      expect(await idsOf({})).toEqual(['m1']);
      expect(await idsOf({ withDeleted: true })).toEqual(['m2', 'm1']);
      expect(await idsOf({ status: 'deleted' })).toEqual(['m2']);
    });

    test('are of one status, of one kind, or of ids that begin alike', async () => {
      await views().tell([...publishedItem('aa1'), ...uploadedItem('aa2'), ...ofItem('aa2', probed)]);
      await views().tell(ofItem('ab1', registered));
      expect(await idsOf({ status: 'published' })).toEqual(['aa1']);
      expect(await idsOf({ status: 'uploading' })).toEqual(['ab1']);
      expect(await idsOf({ type: 'video' })).toEqual(['aa2']);
      expect(await idsOf({ idPrefix: 'aa' })).toEqual(['aa2', 'aa1']);
      expect(await idsOf({ idPrefix: 'a%' })).toEqual([]);
    });

    test('are of a tag in its very spelling, given or detected', async () => {
      await views().tell([...publishedItem('m1', { tags: ['Dog'] }), ...publishedItem('m2', { tags: [] })]);
      await views().tell(ofItem('m2', tagged));
      expect(await idsOf({ tag: 'Dog' })).toEqual(['m1']);
      expect(await idsOf({ tag: 'dog' })).toEqual(['m2']);
      expect(await idsOf({ tag: 'do' })).toEqual([]);
    });

    test('are of what fits everything that is asked for', async () => {
      await views().tell([...publishedItem('aa1', { tags: ['x'] }), ...uploadedItem('aa2', { tags: ['x'] })]);
      const search = { anyOf: [['clip']], noneOf: [] };
      expect(await idsOf({ status: 'published', idPrefix: 'aa', tag: 'x', search })).toEqual(['aa1']);
      expect(await idsOf({ status: 'published', idPrefix: 'aa', tag: 'y', search })).toEqual([]);
    });

    test('come without how items were made where that is not asked for', async () => {
      await views().tell(uploadedItem('m1'));
      const { readers } = views();
      const { items } = await readers.mediaLibrary.page(
        { withDeleted: false },
        { after: null, limit: 1, making: false, files: true },
      );
      expect(items).toMatchObject([{ mediaId: 'm1', leftOut: [], steps: [] }]);
    });
  });
}
