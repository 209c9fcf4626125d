import { describe, expect, test } from 'vitest';
import type { PageEnd, SearchFilter } from '../../../src/core/readers/media-search.js';
import type { SearchTerms } from '../../../src/core/readers/search-terms.js';
import type { MediaEvent } from '../../../src/domain/media/media-events.js';
import { mediaId, probe } from '../../kit/media-fixtures.js';
import { ofItem, publishedItem, uploadedItem } from './item-events.js';
import type { ViewsUnderTest } from './views-under-test.js';

const says = (
  id: string,
  lines: readonly [number, string][],
  language: string | null = 'eng',
): MediaEvent[] =>
  ofItem(id, {
    type: 'TextFound',
    data: {
      ...{ mediaId, origin: 'subtitles', model: null },
      texts: [{ language, streamIndex: 2, lines: lines.map(([atSeconds, text]) => ({ atSeconds, text })) }],
    },
  });

const library = [
  ...publishedItem(
    'alps',
    { title: 'Walking in the Alps', description: 'Three days', tags: ['mountains'] },
    'video',
  ),
  ...says('alps', [
    [1.5, 'We begin at the lake.'],
    [60, 'The glacier is melting.'],
    [62, 'Nobody knows for how long.'],
  ]),
  ...publishedItem(
    'cook',
    { title: 'Cooking with a glacier view', description: '', tags: ['food'] },
    'image',
  ),
];

/** What is found, and where; how well each hit fits is the engine's own. */
export function mediaSearchReading(views: () => ViewsUnderTest): void {
  const find = (anyOf: SearchTerms['anyOf'], filter: SearchFilter = {}, noneOf: SearchTerms['noneOf'] = []) =>
    views().readers.mediaSearch.find({ anyOf, noneOf }, { filter, after: null, limit: 10 });
  const found = async (...asked: Parameters<typeof find>) =>
    (await find(...asked)).hits.map((hit) => hit.mediaId).toSorted();

  describe('the search', () => {
    test.each<[string, string[][], string[]]>([
      ['a word of the title', [['alps']], ['alps']],
      ['a word in another form', [['walked']], ['alps']],
      ['words of which each is in another text', [['alps', 'mountains', 'melting']], ['alps']],
      ['what is said', [['nobody knows']], ['alps']],
      ['what is written in some and said in others', [['glacier']], ['alps', 'cook']],
      ['either of two', [['lake'], ['food']], ['alps', 'cook']],
      ['nothing by nothing', [], []],
      ['nothing where one word is missing', [['alps', 'food']], []],
    ])('finds %s', async (_, anyOf, expected) => {
      await views().tell(library);
      expect(await found(anyOf)).toEqual(expected);
    });

    test('leaves out what is not wanted, wherever it stands', async () => {
      await views().tell(library);
      expect(await found([['glacier']], {}, ['lake'])).toEqual(['cook']);
    });

    test('tells where a line stands in time, and what of it was searched for', async () => {
      await views().tell(library);
      const [hit] = (await find([['melted']])).hits;
      expect(hit?.highlights).toEqual([
        {
          ...{ in: 'subtitles', atSeconds: 60, language: 'en' },
          parts: [
            { text: 'The glacier is ', isMatch: false },
            { text: 'melting', isMatch: true },
            { text: '. Nobody knows for how long.', isMatch: false },
          ],
        },
      ]);
    });

    test('shows what was written as it was written', async () => {
      await views().tell(publishedItem('m1', { title: '<b>Cats</b> & dogs', description: '' }));
      const [hit] = (await find([['cat']])).hits;
      expect(hit?.highlights).toEqual([
        {
          ...{ in: 'title', atSeconds: null, language: null },
          parts: [
            { text: '<b>', isMatch: false },
            { text: 'Cats', isMatch: true },
            { text: '</b> & dogs', isMatch: false },
          ],
        },
      ]);
    });

    test('finds nothing that is not published, and nothing any more of what is rejected or deleted', async () => {
      await views().tell(uploadedItem('m1', { title: 'Secret' }));
      expect(await found([['secret']])).toEqual([]);
      await views().tell(ofItem('m1', { type: 'MediaPublished', data: { mediaId } }));
      expect(await found([['secret']])).toEqual(['m1']);
      await views().tell(
        ofItem('m1', { type: 'MediaRejected', data: { mediaId, by: 'reviewer', reason: '' } }),
      );
      expect(await found([['secret']])).toEqual([]);
      await views().tell([...library, ...ofItem('alps', { type: 'MediaDeleted', data: { mediaId } })]);
      expect(await found([['glacier']])).toEqual(['cook']);
    });

    test('finds an item by its new title and its new text, and no more by the old ones', async () => {
      await views().tell([
        ...library,
        ...ofItem('alps', { type: 'MediaDetailsChanged', data: { mediaId, title: 'Rivers' } }),
        ...says('alps', [[3, 'The boat is late.']]),
      ]);
      expect(await found([['boat', 'river']])).toEqual(['alps']);
      expect([await found([['melting']]), await found([['walking']])]).toEqual([[], []]);
    });

    test.each<[string, SearchFilter, string[]]>([
      ['a kind', { type: 'image' }, ['cook']],
      ['a tag', { tag: 'food' }, ['cook']],
      ['a language that is read or heard', { language: 'en' }, ['alps']],
      ['another language', { language: 'fr' }, []],
      ['a least length', { shortestSeconds: probe.durationSeconds + 1 }, []],
      [
        'lengths',
        { shortestSeconds: probe.durationSeconds, longestSeconds: probe.durationSeconds },
        ['alps'],
      ],
      ['a time of publication that is to come', { publishedFrom: '2999-01-01T00:00:00Z' }, []],
      ['a time of publication that is past', { publishedUntil: '2999-01-01T00:00:00Z' }, ['alps', 'cook']],
    ])('is of %s alone where that is asked for', async (_, filter, expected) => {
      await views().tell(library);
      expect(await found([['glacier']], filter)).toEqual(expected);
    });

    test('goes on page by page, each hit once', async () => {
      await views().tell(['a', 'b', 'c', 'd', 'e'].flatMap((id) => publishedItem(id, { title: 'The same' })));
      const seen: string[] = [];
      for (let after = null as PageEnd | null; ; ) {
        const page = await views().readers.mediaSearch.find(
          { anyOf: [['same']], noneOf: [] },
          { filter: {}, after, limit: 2 },
        );
        seen.push(...page.hits.map((hit) => hit.mediaId));
        if (!page.nextAfter) break;
        after = page.nextAfter;
      }
      expect(seen.toSorted()).toEqual(['a', 'b', 'c', 'd', 'e']);
      expect(seen.length).toBe(5);
    });

    test('finds items like another one by what they share, that one left out', async () => {
      await views().tell([
        ...publishedItem('m1', { title: 'Volcano eruption', description: '', tags: ['lava'] }),
        ...publishedItem('m2', { title: 'Volcano at night', description: '', tags: ['lava'] }),
        ...publishedItem('m3', { title: 'Volcano', description: '', tags: [] }),
        ...publishedItem('m4', { title: 'Kittens', description: '', tags: [] }),
        ...uploadedItem('m5', { title: 'Volcano', description: '', tags: ['lava'] }),
      ]);
      const like = async (id: string, limit = 9) =>
        (await views().readers.mediaSearch.like(id, limit)).map((place) => place.mediaId);
      expect(await like('m1')).toEqual(['m2', 'm3']);
      expect(await like('m1', 1)).toEqual(['m2']);
      expect([await like('m4'), await like('unknown')]).toEqual([[], []]);
    });
  });
}
