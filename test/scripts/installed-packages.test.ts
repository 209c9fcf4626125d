import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
// @ts-expect-error A script that runs before anything is built.
import { outdatedPackages } from '../../scripts/installed-packages.js';

const root = mkdtempSync(join(tmpdir(), 'mediaflow-packages-'));
afterEach(() => rmSync(root, { recursive: true, force: true }));

type Packages = Record<string, { version: string; optional?: true; dev?: true }>;

function outdated(locked: Packages, installed?: Packages): string[] {
  mkdirSync(join(root, 'node_modules'), { recursive: true });
  const write = (name: string, packages: Packages) =>
    writeFileSync(join(root, name), JSON.stringify({ packages }));
  write('package-lock.json', { '': { version: '0.1.0' }, ...locked });
  if (installed) write('node_modules/.package-lock.json', installed);
  return outdatedPackages(root);
}

const one = { 'node_modules/one': { version: '1.0.0' } };

test('what is installed as it is locked is not outdated, whatever is left out of it', () => {
  expect(outdated(one, one)).toEqual([]);
  const others: Packages = {
    'node_modules/windows': { version: '1.0.0', optional: true },
    'node_modules/tool': { version: '1.0.0', dev: true },
  };
  expect(outdated({ ...one, ...others }, one)).toEqual([]);
});

test('a package that is missing, and one of another version, are outdated', () => {
  const two = { 'node_modules/two': { version: '2.0.0' } };
  expect(outdated({ ...one, ...two }, one)).toEqual(['node_modules/two']);
  expect(outdated(two, { 'node_modules/two': { version: '1.9.0' } })).toEqual(['node_modules/two']);
});

test('where nobody knows what is installed, nothing is said', () => {
  expect(outdated(one)).toEqual([]);
});
