import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { lineOf } from '../../src/apps/config/json-places.js';
import { policyIn } from '../../src/apps/config/policy-file.js';
import { readConfig } from '../../src/apps/config.js';
import { DEFAULT_MODERATION_POLICY } from '../../src/domain/media/moderation-policy-document.js';
import { temporaryFolder } from './http/support/server.js';

const good = `{
  "version": "house rules 7",
  "classes": {
    "adult": {
      "person": { "at": 0.5 },
      "reject": { "at": 0.95, "share": 0.4, "frames": 4 }
    },
    "suggestive": { "person": { "at": 0.8, "share": 0.25 } },
    "violence": { "person": { "at": 0.5 } },
    "graphic": { "person": { "at": 0.5 } },
    "text": { "person": null }
  },
  "sound": "review"
}
`;
const folder = temporaryFolder();
afterAll(folder.remove);

test('a policy file is read whole, and what it leaves out is filled in', () => {
  expect(policyIn(good, 'policy.json')).toMatchObject({
    version: 'house rules 7',
    hash: expect.stringMatching(/^[\da-f]{64}$/),
    classes: {
      adult: { person: { at: 0.5, share: 0 }, reject: { at: 0.95, share: 0.4, frames: 4 } },
      text: { person: null, reject: null },
    },
    sound: 'review',
  });
});

describe('what is wrong in it is told with its line, its field, and what is expected', () => {
  test.each([
    [
      'a machine that would reject below the extreme',
      ['"at": 0.95', '"at": 0.85'],
      'line 6: classes.adult.reject.at has to be 0.9 at least',
    ],
    [
      'bands in the wrong order',
      ['"at": 0.5 },\n      "reject"', '"at": 0.97 },\n      "reject"'],
      'line 6: classes.adult.reject.at has to be at or above person.at: between the two a person decides',
    ],
    [
      'a class that was forgotten',
      [',\n    "text": { "person": null }', ''],
      'line 3: classes.text is missing',
    ],
    [
      'a class that nobody knows',
      ['"violence"', '"violense"'],
      'line 3: classes nothing is known of "violense"',
    ],
    ['a number as a text', ['"at": 0.8', '"at": "0.8"'], 'line 8: classes.suggestive.person.at is no number'],
    ['a word that is none', ['"review"', '"maybe"'], 'line 13: sound is none of publish, review'],
    ['no version', ['"version": "house rules 7"', '"version": ""'], 'line 2: version is empty'],
    ['no JSON', ['"sound"', 'sound'], 'policy.json is no JSON: '],
  ])('%s', (_, [from = '', to = ''], expected) => {
    expect(good).toContain(from);
    expect(() => policyIn(good.replace(from, to), 'policy.json')).toThrow(expected);
  });

  test('all of it at once', () => {
    const broken = good.replace('0.95', '0.85').replace('"review"', '"maybe"');
    expect(() => policyIn(broken, 'policy.json')).toThrow(/^policy\.json: line 6: .*; line 13: /);
  });

  test('an error in the middle of a line of JSON is found by its place', () => {
    expect(() => policyIn('{\n  "version": 7,\n}', 'p')).toThrow(/line 3/);
  });
});

test('the file that the documentation shows is the built-in policy under another name', () => {
  const page = readFileSync(new URL('../../docs/moderation.md', import.meta.url), 'utf8');
  const [, shown = ''] = /```json\n([\s\S]*?)```/.exec(page) ?? [];
  const { version: _, hash: __, ...documented } = policyIn(shown, 'docs/moderation.md');
  const { version: ___, hash: ____, ...builtIn } = DEFAULT_MODERATION_POLICY;
  expect(documented).toEqual(builtIn);
});

test('a place in a text is found past brackets and quotes in texts', () => {
  const json = '{"a\\"}": "{[,",\n "b": [1, {"c": "]"},\n {"d": null}],\n "e": 1}';
  expect(lineOf(json, ['b', 2, 'd'])).toBe(3);
  expect(lineOf(json, ['e'])).toBe(4);
  expect(lineOf(json, ['b', 7])).toBe(2);
  expect(lineOf(json, [])).toBe(1);
});

describe('the configuration', () => {
  const path = join(folder.path, 'policy.json');
  writeFileSync(path, good);

  test('has the policy of the file, or the built-in one', () => {
    expect(readConfig({ MEDIAFLOW_MODERATION_POLICY_FILE: path }).moderation).toMatchObject({
      source: 'file',
      policy: { version: 'house rules 7' },
    });
    expect(readConfig({}).moderation).toEqual({ source: 'built-in', policy: DEFAULT_MODERATION_POLICY });
  });

  test('changes the built-in one by variables, which then is another', () => {
    const { policy } = readConfig({
      MEDIAFLOW_MODERATION_REVIEW_AT: '0.4',
      MEDIAFLOW_MODERATION_SOUND: 'review',
    }).moderation;
    expect(policy).toMatchObject({
      ...{ version: 'built-in', sound: 'review' },
      classes: { adult: { person: { at: 0.4 }, reject: { at: 0.92 } }, suggestive: { person: { at: 0.4 } } },
    });
    expect(policy.hash).not.toBe(DEFAULT_MODERATION_POLICY.hash);
  });

  test('is refused where the file is not there, is wrong, or variables beside it would be of no effect', () => {
    const start = (more: Record<string, string>) => () =>
      readConfig({ MEDIAFLOW_MODERATION_POLICY_FILE: path, ...more });
    expect(start({ MEDIAFLOW_MODERATION_POLICY_FILE: join(folder.path, 'none.json') })).toThrow(
      /MEDIAFLOW_MODERATION_POLICY_FILE: .*none\.json cannot be read: /,
    );
    expect(start({ MEDIAFLOW_MODERATION_REVIEW_AT: '0.4' })).toThrow(
      /MEDIAFLOW_MODERATION_POLICY_FILE: says everything/,
    );
    writeFileSync(join(folder.path, 'wrong.json'), good.replace('0.95', '0.1'));
    expect(start({ MEDIAFLOW_MODERATION_POLICY_FILE: join(folder.path, 'wrong.json') })).toThrow(
      /The configuration is wrong:\n {2}MEDIAFLOW_MODERATION_POLICY_FILE: .*line 6: classes\.adult\.reject\.at/,
    );
  });
});
