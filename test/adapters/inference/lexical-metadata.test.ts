import { describe, expect, test } from 'vitest';
import { lexicalMetadata } from '../../../src/adapters/inference/lexical/lexical-metadata.js';
import { builtInTaxonomy } from '../../../src/domain/taxonomy/built-in-taxonomy.js';
import { describedItem } from '../../kit/described-item.js';

const { tags, genres } = builtInTaxonomy;
const suggest = (more: Parameters<typeof describedItem>[0]) =>
  lexicalMetadata({ item: describedItem(more), lists: { tags, genres } });
const names = (of: ReturnType<typeof suggest>) => of.tags.map(({ name }) => name);
const lines = (...texts: string[]) => texts.map((text, atSeconds) => ({ atSeconds, text }));

describe('suggestions by words', () => {
  test('are of what people wrote, in other words and languages too, and of what models saw', () => {
    const found = suggest({
      title: 'Unser Hund am Strand',
      description: 'Ein Tag am Meer.',
      seen: [{ label: 'dog', confidence: 0.9, firstSeconds: 2 }],
    });
    expect(names(found)).toEqual(expect.arrayContaining(['dogs', 'sea']));
    expect(found.tags[0]?.confidence).toBeLessThanOrEqual(0.8);
  });

  test('are surer the more sources say the same', () => {
    const sure = (of: Parameters<typeof describedItem>[0]) =>
      suggest(of).tags.find(({ name }) => name === 'space')?.confidence ?? 0;
    const two = { title: 'The telescope', description: 'A galaxy far away' };
    expect(sure(two)).toBeGreaterThan(0.58);
    expect(sure({ ...two, tags: ['rocket'] })).toBeGreaterThan(sure(two));
  });

  test.each([
    ['a title', { title: 'Horse Feathers' }],
    ['a description', { description: 'Nobody there has a horse.' }],
    ['what is said', { said: lines(...Array(9).fill('a horse')) }],
    ['what is to be read', { shown: lines(...Array(9).fill('horse')) }],
    ['what a model is not sure it saw', { seen: [{ label: 'horse', confidence: 0.9, firstSeconds: 0 }] }],
  ])('are none of what %s alone says, which is mostly wrong', (_, of) => {
    expect(names(suggest({ title: 'Clip', ...of }))).toEqual([]);
  });

  test('are of what people gave as tags alone', () => {
    expect(names(suggest({ title: 'Clip', tags: ['Horse'] }))).toEqual(['horses']);
  });

  test('are none of what is said once in passing, nor of parts of words', () => {
    expect(names(suggest({ title: 'Untitled', said: lines('We took the car.') }))).toEqual([]);
    expect(names(suggest({ title: 'Scatter plots of catalogues' }))).toEqual([]);
  });

  test('have a genre where words speak for one', () => {
    const rice = { title: 'How to cook rice', description: 'A tutorial for beginners.' };
    expect(suggest(rice).genre?.name).toBe('tutorial');
    expect(suggest({ title: 'Clip' }).genre).toBeNull();
  });

  test.each([
    ['A walk at sea.mp4', null],
    ['beach_trip-with.friends.mp4', 'Beach trip with friends'],
    ['IMG_2041.MOV', null],
    ['0f3a9c2d11aa.mp4', null],
  ])('make of the file %s the title %j', (title, text) => {
    expect(suggest({ title, isTitleFilename: true }).title?.text ?? null).toBe(text);
  });

  test('leave a title alone that somebody gave', () => {
    expect(suggest({ title: 'my_own_title.mp4', isTitleFilename: false }).title).toBeNull();
  });

  test('sum up by a sentence of the item itself, or not at all', () => {
    const sentence = 'The lighthouse keeper explains how the lamp of the lighthouse is turned every night.';
    expect(suggest({ description: `${sentence} ${'More of it. '.repeat(30)}` }).summary?.text).toBe(sentence);
    expect(suggest({ description: 'Short.' }).summary).toBeNull();
    const said = lines(...Array(20).fill('And then we went on along the coast again.'), sentence, sentence);
    const summary = suggest({ description: '', said }).summary;
    expect(said.map(({ text }) => text)).toContain(summary?.text);
  });
});
