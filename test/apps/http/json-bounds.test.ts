import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkJsonBounds } from '../../../src/apps/http/json-bounds.js';

const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const refused = (text: string): string | undefined => {
  try {
    checkJsonBounds(text);
    return undefined;
  } catch (error) {
    return (error as { code: string }).code;
  }
};

test.each<[string, string, string | undefined]>([
  ['32 lists in one another', nested(32), undefined],
  ['33', nested(33), 'json_too_deep'],
  ['objects in one another', '{"a":'.repeat(33), 'json_too_deep'],
  ['brackets that are text', JSON.stringify({ a: '['.repeat(100), b: '\\"[' }), undefined],
  ['brackets after text that ends in a backslash', `["\\\\",${nested(40)}]`, 'json_too_deep'],
  ['brackets in text that never ends', `"${'['.repeat(100)}`, undefined],
  ['a list of many', JSON.stringify(Array.from({ length: 49_999 }, () => 0)), undefined],
  ['a list of too many', JSON.stringify(Array.from({ length: 50_000 }, () => 0)), 'json_too_large'],
  ['many empty lists', `[${'[],'.repeat(30_000)}[]]`, 'json_too_large'],
])('%s', (_, text, code) => {
  expect(refused(text)).toBe(code);
});

test('no JSON within the bounds is refused, whatever its text', () => {
  fc.assert(fc.property(fc.json({ maxDepth: 8 }), (text) => refused(text) === undefined));
});

test('a megabyte of anything is looked through in a moment', () => {
  for (const text of ['"', '\\', '"\\', '\\"', '["', '{}', '\\\\"'].map((part) => part.repeat(500_000))) {
    const startedAt = performance.now();
    refused(text);
    expect(performance.now() - startedAt, text.slice(0, 4)).toBeLessThan(200);
  }
});
