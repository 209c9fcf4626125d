import { expect, test } from 'vitest';
import { plainWords } from '../../src/core/plain-words.js';

test.each([
  ['A walk in the mountains', 'A walk in the mountains'],
  ['  two\nlines\t and   blanks ', 'two lines and blanks'],
  ['Привет, мир — 世界 🎉', 'Привет, мир — 世界 🎉'],
  ['family 👨‍👩‍👧 at home', 'family 👨‍👩‍👧 at home'],
  ['Tom & Jerry: 3 > 2?', 'Tom & Jerry: 3  2?'],
  ['No. 5, U.S.A. and version 2.0', 'No. 5, U.S.A. and version 2.0'],
  ['a\u202eb\u200bc\u0000d\u001b[31me', 'abcd[31me'],
])('words stay as they are, what nobody sees is left out: %j', (text, plain) => {
  expect(plainWords(text, 200)).toBe(plain);
});

test.each([
  ...['see https://evil.example/x', 'HTTP://EVIL', 'www.evil.com', 'evil.com now', 'javascript:alert(1)'],
  ...['java\u200bscript:alert(1)', 'ｗｗｗ．evil．com', 'data:text/html,x', 'mail a@b.cd', '[click](here)'],
  ...[
    '<script>x',
    '< img src=x',
    '<b>',
    '&lt;script&gt;',
    '&#60;',
    '＜script＞',
    '![x]',
    '%3Cscript',
    '{{x}}',
    '\u202e',
    '',
  ],
])('an address or markup is no title: %j', (text) => {
  expect(plainWords(text, 200)).toBeUndefined();
});

test('a text ends where it has to, between two characters', () => {
  expect(plainWords(`x${'🎉'.repeat(50)}`, 22)).toMatch(/^x(🎉){10}$/u);
  expect(plainWords('word '.repeat(1000), 9)).toBe('word word');
});
