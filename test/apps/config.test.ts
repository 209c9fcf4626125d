import { expect, test } from 'vitest';
import { readConfig } from '../../src/apps/config.js';

test('what is wrong with a setting is told in words, with what was set', () => {
  expect(() => readConfig({ PORT: 'abc', HOST: '127.0.0.1' })).toThrow('PORT: "abc" is no number');
  expect(() => readConfig({ PORT: '70000' })).toThrow(/PORT: .*65535/);
});
