import { describe, expect, test } from 'vitest';
import { readAssScript } from '../../../../src/adapters/ffmpeg/subtitles/ass-styles.js';
import { assText } from '../../../../src/adapters/ffmpeg/subtitles/ass-text.js';
import { decodingFor } from '../../../../src/adapters/ffmpeg/subtitles/character-sets.js';
import { movText } from '../../../../src/adapters/ffmpeg/subtitles/mov-text.js';
import {
  plainText,
  type SubtitleText,
  vttPayload,
  vttSettings,
} from '../../../../src/adapters/ffmpeg/subtitles/styled-text.js';
import { subripText } from '../../../../src/adapters/ffmpeg/subtitles/subrip-text.js';
import { webvttText } from '../../../../src/adapters/ffmpeg/subtitles/webvtt-text.js';

const shown = (text: SubtitleText): string => {
  const settings = vttSettings(text);
  return vttPayload(text) + (settings ? ` | ${settings}` : '');
};

type Row = readonly [what: string, source: string, shown: string];

const anyText: readonly Row[] = [
  ['plain text', 'Hello', 'Hello'],
  ['two lines', 'One\r\nTwo', 'One\nTwo'],
  ['empty lines, which would end a cue', 'One\n\n \n\u200b\nTwo', 'One\nTwo'],
  ['nothing at all', ' \n \u200e', ''],
  ['controls', 'a\u0000b\u001b[1m\tc', 'ab[1m c'],
  ['an arrow', 'x --> y', 'x --&gt; y'],
  ['an ampersand', 'Tom & Jerry', 'Tom &amp; Jerry'],
  ['a half of a character', 'x\ud834', 'x\ufffd'],
];

describe.each<[string, (source: string) => SubtitleText, readonly Row[]]>([
  [
    'SubRip',
    subripText,
    [
      ...anyText,
      ['italics', '<i>One</i> two', '<i>One</i> two'],
      ['italics over two lines', '<i>One\nTwo</i>', '<i>One</i>\n<i>Two</i>'],
      ['styles in each other', '<b>a<I>b</i></B>', '<b>a</b><b><i>b</i></b>'],
      ['styles that never end', '<u>a', '<u>a</u>'],
      ['colours, which go', '<font color="#ff0000">red</font>', 'red'],
      ['a script', '<script>alert(1)</script>', '&lt;script&gt;alert(1)&lt;/script&gt;'],
      ['a picture', '<img src=x onerror=alert(1)>', '&lt;img src=x onerror=alert(1)&gt;'],
      ['attributes of a style', '<b onclick="x">a</b>', '<b>a</b>'],
      ['less than', 'a < b', 'a &lt; b'],
      ['a place at the top', '{\\an8}Up', 'Up | line:5%'],
      ['a place at the left', '{\\an4}Left', 'Left | line:50% position:5% align:left'],
      ['other overrides, which go', '{\\fs20}a{\\pos(1,2)}', 'a'],
      ['braces', '{a}', '{a}'],
    ],
  ],
  [
    'WebVTT',
    webvttText,
    [
      ...anyText,
      ['entities', '1 &lt; 2 &amp;&nbsp;3', '1 &lt; 2 &amp;\u00a03'],
      ['styles with classes', '<b.loud>a</b>', '<b>a</b>'],
      ['voices and classes, which go', '<v Ada>Hi</v> <c.yellow>you</c>', 'Hi you'],
      ['times of karaoke, which go', 'a<00:00:01.000>b', 'ab'],
      ['tags as long as may be', `a<b${' '.repeat(200)}>c`, 'a<b>c</b>'],
      ['tags with longer names than there are', `a<${'b'.repeat(30)}>c`, 'ac'],
      ['tags that never end', 'a <b c <i>d', 'a &lt;b c <i>d</i>'],
      ['scripts, which go and whose text is text', '<script>alert(1)</script>', 'alert(1)'],
    ],
  ],
  ['plain text', plainText, [...anyText, ['what looks like a tag', '<i>a</i>', '&lt;i&gt;a&lt;/i&gt;']]],
])('of %s', (_, read, rows) => {
  test.each(rows)('%s', (__, source, expected) => {
    expect(shown(read(source))).toBe(expected);
  });

  test('nothing takes longer than a glance, whatever a stranger has written', () => {
    const began = performance.now();
    for (const hostile of [
      '<b '.repeat(80_000),
      '{\\'.repeat(120_000),
      '<'.repeat(250_000),
      '&a'.repeat(120_000),
      `<${'a'.repeat(199)}`.repeat(200_000),
    ])
      shown(read(hostile));
    expect(performance.now() - began).toBeLessThan(2000);
  });

  test('nobody is shown more than could be read', () => {
    expect(shown(read('a'.repeat(1e6))).length).toBe(2000);
    expect(shown(read('a\n'.repeat(1e5))).split('\n').length).toBe(20);
  });
});

const script = readAssScript(
  [
    '[Script Info]',
    'PlayResX: 1000',
    'PlayResY: 500',
    '[V4+ Styles]',
    'Format: Name, Fontname, Bold, Italic, Underline, Alignment',
    'Style: Default,Arial,0,0,0,2',
    'Style: Song,Arial,0,-1,0,8',
  ].join('\r\n'),
);

describe('of ASS', () => {
  test.each<Row>([
    ['plain text, with commas', '0,0,Default,,0,0,0,,One, two, three', 'One, two, three'],
    ['lines', '0,0,Default,,0,0,0,,One\\NTwo\\nthree\\hfour', 'One\nTwo three\u00a0four'],
    ['overrides of style', '0,0,Default,,0,0,0,,{\\i1}a{\\i0\\b700}b{\\r}c', '<i>a</i><b>b</b>c'],
    ['the style of its event', '0,0,Song,,0,0,0,,La la', '<i>La la</i> | line:5%'],
    ['an unknown style', '0,0,Nobody,,0,0,0,,La la', 'La la'],
    ['a place of its own', '0,0,Song,,0,0,0,,{\\an2}La', '<i>La</i>'],
    ['a place by numbers', '0,0,Default,,0,0,0,,{\\pos(250,50)}Sign', 'Sign | line:10% position:25%'],
    ['a place outside', '0,0,Default,,0,0,0,,{\\pos(-1e9,1e9)}Sign', 'Sign | line:100% position:0%'],
    ['a place that is none', '0,0,Default,,0,0,0,,{\\pos(a,b)}Sign', 'Sign'],
    ['motion', '0,0,Default,,0,0,0,,{\\move(250,50,0,0)}Sign', 'Sign | line:10% position:25%'],
    ['shapes, which go', '0,0,Default,,0,0,0,,{\\p1}m 0 0 l 9 9{\\p0}Text', 'Text'],
    [
      'karaoke and colours, which go',
      '0,0,Default,,0,0,0,,{\\k20\\c&HFF&\\alpha&H80&}La{\\iclip(1)}la',
      'Lala',
    ],
    ['remarks, which go', '0,0,Default,,0,0,0,,a{remark}b', 'ab'],
    ['tags of HTML, which are text', '0,0,Default,,0,0,0,,<b>a', '&lt;b&gt;a'],
    ['fewer fields than there are', '0,0,Default', ''],
  ])('%s', (_, event, expected) => {
    expect(shown(assText(event, script))).toBe(expected);
  });

  test('SSA numbers its places otherwise', () => {
    const old = readAssScript('[V4 Styles]\nFormat: Name,Alignment\nStyle: *Default,6\nStyle: Left,1');
    expect(shown(assText('0,0,Default,,0,0,0,,Up', old))).toBe('Up | line:5%');
    expect(shown(assText('0,0,Left,,0,0,0,,Left', old))).toBe('Left | position:5% align:left');
  });

  test('a script that nobody can make sense of says nothing', () => {
    const noise = readAssScript(`${'\ufffd'.repeat(1000)}\n[V4+ Styles]\nStyle: ,,,\nPlayResX: -1\n`);
    expect(noise).toMatchObject({ width: 384, height: 288 });
    expect(shown(assText('0,0,Default,,0,0,0,,Text', noise))).toBe('Text');
  });
});

/** A sample of timed text with records of style: from, to, face. */
function sample(text: string | Buffer, ...styles: readonly (readonly [number, number, number])[]): Buffer {
  const bytes = Buffer.from(text as string);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  if (styles.length === 0) return Buffer.concat([length, bytes]);
  const box = Buffer.alloc(10 + styles.length * 12);
  box.writeUInt32BE(box.length);
  box.write('styl', 4, 'latin1');
  box.writeUInt16BE(styles.length, 8);
  for (const [index, [from, to, face]] of styles.entries()) {
    box.writeUInt16BE(from, 10 + index * 12);
    box.writeUInt16BE(to, 12 + index * 12);
    box.writeUInt8(face, 16 + index * 12);
  }
  return Buffer.concat([length, bytes, box]);
}

describe('of timed text', () => {
  const { decode } = decodingFor(null);
  const read = (bytes: Buffer, description: Buffer = Buffer.alloc(0)) =>
    shown(movText(bytes, description, decode));

  test.each<[string, Buffer, string]>([
    ['plain text', sample('Hello'), 'Hello'],
    ['nothing', sample(''), ''],
    ['no bytes', Buffer.alloc(0), ''],
    ['styles, counted in characters', sample('né𝄞 au', [1, 3, 2], [4, 6, 5]), 'n<i>é𝄞</i> <b><u>au</u></b>'],
    ['styles behind the end', sample('ab', [1, 900, 2]), 'a<i>b</i>'],
    ['styles over each other', sample('abc', [0, 2, 2], [1, 3, 1]), '<i>ab</i>c'],
    ['tags, which are text', sample('<i>a'), '&lt;i&gt;a'],
    ['UTF-16', sample(Buffer.from('feff00480069', 'hex')), 'Hi'],
    ['a length that lies', Buffer.from('ffff4869', 'hex'), 'Hi'],
    ['a box that lies', Buffer.concat([sample('Hi'), Buffer.from('000000037374796c', 'hex')]), 'Hi'],
    ['records that are cut off', sample('Hi', [0, 1, 2], [1, 2, 2]).subarray(0, 20), 'Hi'],
  ])('%s', (_, bytes, expected) => {
    expect(read(bytes)).toBe(expected);
  });

  test('the style of its description is the usual one', () => {
    const description = Buffer.alloc(30);
    description.writeUInt8(2, 24);
    expect(read(sample('Hello'), description)).toBe('<i>Hello</i>');
  });
});

describe('the character set of a track', () => {
  test.each([
    ['is UTF-8 where it can be', 'fra', Buffer.from('Déjà', 'utf8'), 'Déjà', 'utf-8'],
    ['is windows-1252 where it cannot', 'fra', Buffer.from('Déjà', 'latin1'), 'Déjà', 'windows-1252'],
    ['of a track without a language too', null, Buffer.from('Déjà', 'latin1'), 'Déjà', 'windows-1252'],
    ['is that of its language', 'rus', Buffer.from('cff0e8e2e5f2', 'hex'), 'Привет', 'windows-1251'],
    ['of a tag with a region too', 'ja-JP', Buffer.from('82b182f1', 'hex'), 'こん', 'shift_jis'],
  ])('%s', (_, language, bytes, text, characterSet) => {
    const decoding = decodingFor(language);
    expect(decoding.decode(bytes)).toBe(text);
    expect(decoding.characterSet()).toBe(characterSet);
  });

  test('may change on the way', () => {
    const decoding = decodingFor('fra');
    expect(['utf8', 'latin1'].map((set) => decoding.decode(Buffer.from('Déjà', set as 'utf8')))).toEqual([
      'Déjà',
      'Déjà',
    ]);
  });
});
