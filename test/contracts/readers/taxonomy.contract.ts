import { describe, expect, test } from 'vitest';
import { taxonomyOf } from '../../../src/domain/taxonomy/taxonomy-document.js';
import type { ViewsUnderTest } from './views-under-test.js';

const named = (version: string, name: string) =>
  taxonomyOf({ version, tags: [{ name, aliases: ['other'] }], genres: [{ name: 'news', aliases: [] }] });

export function taxonomyReading(views: () => ViewsUnderTest): void {
  const reader = () => views().readers.taxonomy;

  describe('taxonomy', () => {
    test('is what was said last, and nothing before anybody has said anything', async () => {
      expect(await reader().current()).toBeUndefined();
      await views().tell([{ type: 'TaxonomyChanged', data: named('1', 'boats') }]);
      await views().tell([{ type: 'TaxonomyChanged', data: named('2', 'ships') }]);
      expect(await reader().current()).toEqual({
        ...named('2', 'ships'),
        changedAt: expect.stringMatching(/Z$/),
      });
    });
  });
}
