import { describe, expect, test } from 'vitest';
import { cuesOf } from '../../../../src/adapters/ffmpeg/subtitles/cues.js';
import { type Placement, plainText } from '../../../../src/adapters/ffmpeg/subtitles/styled-text.js';
import { subtitlePlaylist } from '../../../../src/adapters/ffmpeg/subtitles/subtitle-playlist.js';
import { createTextPacketReader } from '../../../../src/adapters/ffmpeg/subtitles/text-packets.js';

type Told = readonly [startSeconds: number, durationSeconds: number | null, text: string];

/** Of a film of ten seconds. */
const read = (texts: readonly Told[]) =>
  cuesOf(
    texts.map(([startSeconds, durationSeconds, text]) => ({
      startSeconds,
      durationSeconds,
      text: plainText(text),
    })),
    10,
  ).map(({ startSeconds, endSeconds, payload }) => [startSeconds, endSeconds, payload]);

describe('cues', () => {
  test.each<[string, readonly Told[], readonly unknown[]]>([
    ['stand as the track has them', [[1, 2, 'a']], [[1, 3, 'a']]],
    [
      'are in order',
      [
        [5, 1, 'b'],
        [1, 1, 'a'],
      ],
      [
        [1, 2, 'a'],
        [5, 6, 'b'],
      ],
    ],
    ['begin with the film at the earliest', [[-1, 2, 'a']], [[0, 1, 'a']]],
    ['before the film are none', [[-3, 2, 'a']], []],
    ['end with the film at the latest', [[9, 20, 'a']], [[9, 10, 'a']]],
    ['behind the film are none', [[10, 1, 'a']], []],
    ['of no text are none', [[1, 1, ' ']], []],
    [
      'without an end last until the next',
      [
        [1, null, 'a'],
        [3, null, 'b'],
      ],
      [
        [1, 3, 'a'],
        [3, 10, 'b'],
      ],
    ],
    [
      'without an end that begin together last until what comes later',
      [
        [1, null, 'a'],
        [1, null, 'b'],
        [1.0001, null, 'c'],
        [3, 1, 'd'],
      ],
      [
        [1, 3, 'a'],
        [1, 3, 'b'],
        [1, 3, 'c'],
        [3, 4, 'd'],
      ],
    ],
    [
      'may be over each other',
      [
        [1, 4, 'a'],
        [2, 1, 'b'],
      ],
      [
        [1, 5, 'a'],
        [2, 3, 'b'],
      ],
    ],
    [
      'of the same text in each frame are one',
      [
        [1, 0.04, 'a'],
        [1.04, 0.04, 'a'],
        [1.04, 1, 'b'],
        [1.08, 0.04, 'a'],
      ],
      [
        [1, 1.12, 'a'],
        [1.04, 2.04, 'b'],
      ],
    ],
    [
      'of the same text later are two',
      [
        [1, 1, 'a'],
        [3, 1, 'a'],
      ],
      [
        [1, 2, 'a'],
        [3, 4, 'a'],
      ],
    ],
    ['that last no millisecond are none', [[1, 0.0001, 'a']], []],
  ])('%s', (_, texts, expected) => {
    expect(read(texts)).toEqual(expected);
  });
});

test('cues of the same text in two places are two, each of which goes on where it stands', () => {
  const at = (startSeconds: number, placement?: Placement) => ({
    ...{ startSeconds, durationSeconds: 1 },
    text: { ...plainText('a'), ...(placement && { placement }) },
  });
  const top = { linePercent: 5 };
  expect(cuesOf([at(1), at(1, top), at(2), at(2, top)], 10)).toEqual([
    { startSeconds: 1, endSeconds: 3, payload: 'a' },
    { startSeconds: 1, endSeconds: 3, payload: 'a', settings: 'line:5%' },
  ]);
});

describe('packets of text', () => {
  const dump = (text: string) =>
    `data=\\n00000000: ${[...Buffer.from(text)]
      .map((byte, index) => byte.toString(16).padStart(2, '0') + (index % 2 ? ' ' : ''))
      .join('')
      .padEnd(40)} ${text.replaceAll('\\', '\\\\')}\\n`;
  const lines = [
    `packet|stream_index=2|pts_time=1.500000|duration_time=0.250000|${dump('Hi|\\n')}`,
    `packet|stream_index=3|pts_time=2.000000|duration_time=1.000000|${dump('other')}`,
    `packet|stream_index=2|pts_time=N/A|duration_time=1.000000|${dump('never')}`,
    `packet|stream_index=2|pts_time=4.000000|duration_time=N/A|${dump('x')}`,
    `stream|index=2|extradata=\\n00000000: 5b53 5d                                 [S]\\n`,
    'format|start_time=1.000000',
    'nonsense',
  ].join('\n');

  test('are read from lines that come in any pieces', () => {
    const reader = createTextPacketReader([2]);
    for (const character of `${lines}\n`) reader.take(Buffer.from(character));
    const { startSeconds, tracks } = reader.read();
    expect(startSeconds).toBe(1);
    expect([...tracks.keys()]).toEqual([2]);
    expect(tracks.get(2)?.header.toString()).toBe('[S]');
    expect(
      tracks.get(2)?.packets.map(({ bytes, ...times }) => ({ ...times, text: bytes.toString() })),
    ).toEqual([
      { startSeconds: 1.5, durationSeconds: 0.25, text: 'Hi|\\n' },
      { startSeconds: 4, durationSeconds: null, text: 'x' },
    ]);
  });

  test.each<
    [string, readonly (readonly [streamIndex: number, text: string])[], Record<number, number | null>]
  >([
    ['as many and as large as may be are kept', [...Array(3).fill([2, 'ab']), [3, 'ab']], { 2: 3, 3: 1 }],
    ['that are more than a track has cost that track', Array(4).fill([2, 'a']), { 2: null }],
    ['that are larger than a track has cost that track', Array(2).fill([2, 'abcdefg']), { 2: null }],
    [
      'that are more than a film has cost the track of the most',
      [...Array(3).fill([2, 'a']), ...Array(3).fill([3, ''])],
      { 2: 3, 3: null },
    ],
    [
      'that are larger than a film has cost the largest track, not the one that comes last',
      [
        [2, 'abcdefgh'],
        [3, 'abcdefgh'],
        [4, 'x'],
      ],
      { 2: 1, 3: null, 4: 1 },
    ],
    [
      'of tracks that are too much make room for others',
      [...Array(4).fill([2, 'a']), ...Array(3).fill([3, 'a']), [4, 'a']],
      { 2: null, 3: 3, 4: 1 },
    ],
  ])('%s', (_, packets, expected) => {
    const limits = { track: { packets: 3, bytes: 12 }, film: { packets: 5, bytes: 16 } };
    const reader = createTextPacketReader(Object.keys(expected).map(Number), limits);
    for (const [streamIndex, text] of packets)
      reader.take(
        Buffer.from(`packet|stream_index=${streamIndex}|pts_time=1|duration_time=1|${dump(text)}\n`),
      );
    const tracks = [...reader.read().tracks];
    expect(
      Object.fromEntries(
        tracks.map(([index, track]) => [index, track.isTooMuch ? null : track.packets.length]),
      ),
    ).toEqual(expected);
    for (const [, track] of tracks) if (track.isTooMuch) expect(track.packets).toEqual([]);
  });

  test('and what their decoders are told are one budget', () => {
    const limits = { track: { packets: 3, bytes: 12 }, film: { packets: 5, bytes: 16 } };
    const reader = createTextPacketReader([2, 3], limits);
    reader.take(Buffer.from(`packet|stream_index=2|pts_time=1|duration_time=1|${dump('abcdef')}\n`));
    reader.take(Buffer.from(`stream|index=3|extra${dump('abcdefghijk')}\n`));
    const { tracks } = reader.read();
    expect([tracks.get(2)?.isTooMuch, tracks.get(3)?.isTooMuch]).toEqual([false, true]);
    expect(tracks.get(3)?.header).toHaveLength(0);
  });

  test('that are too long for any subtitle are passed over', () => {
    const reader = createTextPacketReader([2]);
    const long = Buffer.alloc(1 << 20, 'a');
    reader.take(Buffer.from('packet|stream_index=2|pts_time=0|duration_time=1|data='));
    for (let turn = 0; turn < 4; turn += 1) reader.take(long);
    reader.take(Buffer.from(`\n${lines}\n`));
    expect(reader.read().tracks.get(2)?.packets).toHaveLength(2);
  });
});

test('the playlist of a track is one segment, as long as the film', () => {
  expect(subtitlePlaylist('2.vtt', 61.25)).toBe(
    '#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:62\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXTINF:61.250000,\n2.vtt\n#EXT-X-ENDLIST\n',
  );
});
