import { describe, expect, test } from 'vitest';
import { documentIn } from '../../src/apps/config/checked-document.js';
import { builtInTaxonomy } from '../../src/domain/taxonomy/built-in-taxonomy.js';
import {
  type TaxonomyCommand,
  type TaxonomyEvent,
  taxonomy,
  taxonomyAfter,
} from '../../src/domain/taxonomy/taxonomy.js';
import {
  type TaxonomyDocument,
  taxonomyDocumentSchema,
  taxonomyOf,
} from '../../src/domain/taxonomy/taxonomy-document.js';
import { type Specification, verify } from '../kit/given-when-then.js';

const document = (more: Partial<TaxonomyDocument> = {}): TaxonomyDocument => ({
  version: 'ours',
  tags: [{ name: 'boats', aliases: ['ship'] }],
  genres: [{ name: 'news', aliases: [] }],
  ...more,
});
const changed = (of: TaxonomyDocument) => ({ type: 'TaxonomyChanged', data: taxonomyOf(of) }) as const;
const set = (of: TaxonomyDocument) => ({ type: 'SetTaxonomy', data: { document: of } }) as const;
const { hash: _, ...builtIn } = builtInTaxonomy;

describe('the taxonomy', () => {
  test.each<Specification<TaxonomyCommand, TaxonomyEvent>>([
    { name: 'is what an operator says', given: [], when: set(document()), then: [changed(document())] },
    { name: 'is not said again', given: [changed(document())], when: set(document()), then: [] },
    { name: 'that ships needs nobody to say it', given: [], when: set(builtIn), then: [] },
    {
      name: 'goes back to what it was when it is said',
      given: [changed(document())],
      when: set(builtIn),
      then: [changed(builtIn)],
    },
  ])('$name', (specification) => verify(taxonomy.decider, specification));

  test('in force is the last one said, or the one that ships', () => {
    expect(taxonomyAfter([]).version).toBe('built-in-2');
    expect(taxonomyAfter([changed(document()), changed(document({ version: '2' }))]).version).toBe('2');
  });

  test('that ships keeps to its own rules', () => {
    expect(taxonomyDocumentSchema.safeParse(builtIn).error).toBeUndefined();
  });

  test.each([
    [{ tags: [] }, 'tags has to have 1 entry at least'],
    [{ tags: [{ name: 'a' }, { name: 'A' }] }, 'tags.1.name stands in the list already'],
    [{ tags: [{ name: '<b>' }] }, 'tags.0.name has to be letters, figures and blanks'],
    [{ tags: [{ name: 'https://x' }] }, 'tags.0.name has to be letters, figures and blanks'],
    [{ tags: [{ name: 'a\u202eb' }] }, 'tags.0.name has to be letters, figures and blanks'],
    [{ genres: undefined }, 'genres is missing'],
    [{ colours: [] }, 'the whole nothing is known of "colours"'],
  ])('whose file says %j is refused with its line', (wrong, told) => {
    const text = JSON.stringify({ ...document(), ...wrong });
    expect(() => documentIn(taxonomyDocumentSchema, text, 'f.json')).toThrow(`f.json: line 1: ${told}`);
  });
});
