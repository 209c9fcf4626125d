import { describe, expect, test } from 'vitest';
import type { SearchTerms } from '../../../src/core/readers/search-terms.js';
import { mediaId, model } from '../../kit/media-fixtures.js';
import { song } from '../../kit/sound-fixtures.js';
import { ofItem, publishedItem } from './item-events.js';
import type { ViewsUnderTest } from './views-under-test.js';

const library = [
  ...publishedItem('bunny', { title: 'big-buck-bunny_480p.mp4', tags: [] }),
  ...ofItem('bunny', {
    type: 'TagsGenerated',
    data: { mediaId, model, tags: [{ label: 'bird', confidence: 0.9, appearances: [] }] },
  }),
  ...publishedItem('alps', {
    ...{
      title: 'Urlaub in Österreich',
      description: 'Wandern/Radfahren, mit dem Rad',
      tags: ['Berge', 'sea side'],
    },
  }),
  ...publishedItem('tune', { title: '03.mp3' }),
  ...ofItem('tune', { type: 'MediaProbed', data: { mediaId, kind: 'audio', probe: song } }),
];

/** Which words match is promised; how well is not: lists stay in their own order. */
export function librarySearch(views: () => ViewsUnderTest): void {
  async function found(anyOf: SearchTerms['anyOf'], noneOf: SearchTerms['noneOf'] = []) {
    const { items } = await views().readers.mediaLibrary.page(
      { withDeleted: false, search: { anyOf, noneOf } },
      { after: null, limit: 10, making: false, files: true },
    );
    return items.map((item) => item.mediaId);
  }

  describe('a search', () => {
    test.each<[string, string[][], string[], string[]]>([
      ['a word of the title, whatever stands around it', [['bunny']], [], ['bunny']],
      ['a word with digits', [['480p']], [], ['bunny']],
      ['a detected tag', [['bird']], [], ['bunny']],
      ['a word of a given tag', [['side']], [], ['alps']],
      ['a word of the description', [['wandern']], [], ['alps']],
      ['a word in any case, beyond ASCII as well', [['ÖSTERREICH']], [], ['alps']],
      ['the title that a song tells of itself', [['morning']], [], ['tune']],
      ['its artist and its album together', [['the larks', 'days']], [], ['tune']],
      ['words one after another', [['sea side']], [], ['alps']],
      ['words one after another, whatever stands between them', [['big buck bunny']], [], ['bunny']],
      ['words in different places', [['urlaub', 'berge', 'rad']], [], ['alps']],
      ['one of two alternatives', [['bunny'], ['berge']], [], ['alps', 'bunny']],
      [
        'alternatives of several words each',
        [
          ['urlaub', 'bunny'],
          ['buck', '480p'],
        ],
        [],
        ['bunny'],
      ],
      ['everything but what is not wanted', [['bunny'], ['urlaub']], ['radfahren'], ['bunny']],
      ['everything but a phrase', [['bunny'], ['urlaub']], ['sea side', 'nothing'], ['bunny']],
    ])('finds %s', async (_, anyOf, noneOf, expected) => {
      await views().tell(library);
      expect(await found(anyOf, noneOf)).toEqual(expected);
    });

    test.each<[string, string[][], string[]]>([
      ['by a part of a word', [['bun']], []],
      ['by words in another order', [['side sea']], []],
      ['by words of which one is missing', [['urlaub', 'bunny']], []],
      ['by what is not wanted alone', [], ['bunny']],
    ])('finds nothing %s', async (_, anyOf, noneOf) => {
      await views().tell(library);
      expect(await found(anyOf, noneOf)).toEqual([]);
    });

    test('takes or for a word like others, and no word for two because it begins like that', async () => {
      await views().tell(publishedItem('m1', { title: 'Trick or treat' }));
      expect(await found([['trick', 'or', 'treat']])).toEqual(['m1']);
      expect(await found([['trick', 'or', 'bunny']])).toEqual([]);
      expect(await found([['trick', 'orégano']])).toEqual([]);
    });

    test('finds an item by its new title, and no more by its old one', async () => {
      await views().tell([
        ...library,
        { type: 'MediaDetailsChanged', data: { mediaId: 'bunny', title: 'Squirrel' } },
      ]);
      expect([await found([['squirrel']]), await found([['bunny']])]).toEqual([['bunny'], []]);
    });
  });
}
