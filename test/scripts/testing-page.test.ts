import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const root = new URL('../../', import.meta.url);
const page = readFileSync(new URL('docs/testing.md', root), 'utf8');
const named = [...page.matchAll(/`(test\/[\w/.-]+\.ts)`/g)].map(([, path = '']) => path);

test('every file that the page about testing names is there', () => {
  expect(named.filter((path) => !existsSync(new URL(path, root)))).toEqual([]);
});

test('the page about testing names all of the kit, and every suite of a port', () => {
  const inFolder = (folder: string) => readdirSync(new URL(folder, root)).map((file) => `${folder}/${file}`);
  const suites = inFolder('test/contracts').filter((path) => path.endsWith('.contract.ts'));
  // A part of the suite of the blob store.
  const parts = ['test/contracts/growing-objects.contract.ts'];
  const wanted = [...inFolder('test/kit'), ...suites].filter((path) => !parts.includes(path));
  expect(wanted.filter((path) => !named.includes(path))).toEqual([]);
});
