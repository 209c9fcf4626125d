import { describe, expect, test } from 'vitest';
import { segmentSecondsFor } from '../../../../src/adapters/ffmpeg/chunks/chunk-frames.js';
import { fitting, playlistOf } from '../../../../src/adapters/ffmpeg/chunks/join-chunks.js';
import { moveSegment, timescaleOf } from '../../../../src/adapters/ffmpeg/chunks/move-in-time.js';
import { landedWell } from '../../../../src/adapters/ffmpeg/chunks/where-to-read-from.js';
import type { ChunkToJoin } from '../../../../src/core/chunk-tools.js';

const segment = (index: number, durationSeconds = 6) => ({
  ...{ file: `segment-0000${index}.m4s`, durationSeconds, sizeBytes: 1000 },
});
const chunk = (index: number, firstFrame: number, frameCount: number, initSha256 = 'a'): ChunkToJoin => ({
  rungs: [
    {
      ...{ name: '240p', codecs: frameCount > 0 ? 'avc1.64001e' : '', firstFrame, frameCount },
      ...{ initSha256: frameCount > 0 ? initSha256 : '', initBytes: 700 },
      segments: frameCount > 0 ? [segment(0), segment(1, frameCount === 300 ? 6 : 1.2)] : [],
    },
  ],
  nameOf: (file) => `chunk.j${index}-1.${file}`,
});
const framesOf = (...chunks: ChunkToJoin[]) => fitting('240p', chunks).map(({ firstFrame }) => firstFrame);

describe('chunks are joined', () => {
  test('when each begins with the frame behind the last of the one before', () => {
    expect(framesOf(chunk(1, 0, 300), chunk(2, 300, 300), chunk(3, 600, 180))).toEqual([0, 300, 600]);
  });

  test('when the film ends within one of them and those behind it are empty', () => {
    expect(framesOf(chunk(1, 0, 300), chunk(2, 300, 180), chunk(3, 600, 0))).toEqual([0, 300]);
  });

  test.each([
    ['one has a frame less', [chunk(1, 0, 299), chunk(2, 300, 300)]],
    ['one has a frame more', [chunk(1, 0, 301), chunk(2, 300, 300)]],
    ['one is empty and the next is not', [chunk(1, 0, 300), chunk(2, 300, 0), chunk(3, 600, 300)]],
    ['two have changed places', [chunk(1, 0, 300), chunk(3, 600, 300), chunk(2, 300, 300)]],
    ['one is there twice', [chunk(1, 0, 300), chunk(2, 300, 300), chunk(2, 300, 300)]],
  ])('and never when %s', (_, chunks) => {
    expect(() => fitting('240p', chunks)).toThrow(expect.objectContaining({ code: 'chunks_do_not_fit' }));
  });

  test('and are nothing when the first is empty', () => {
    expect(() => fitting('240p', [chunk(1, 0, 0), chunk(2, 300, 0)])).toThrow(
      expect.objectContaining({ code: 'corrupt_media' }),
    );
  });

  test('by a playlist that names each segment once, and a description where it changes', () => {
    const pieces = fitting('240p', [chunk(1, 0, 300), chunk(2, 300, 300), chunk(3, 600, 180, 'b')]);
    expect(playlistOf(pieces).split('\n')).toEqual([
      ...['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-TARGETDURATION:6', '#EXT-X-MEDIA-SEQUENCE:0'],
      ...['#EXT-X-PLAYLIST-TYPE:VOD', '#EXT-X-INDEPENDENT-SEGMENTS'],
      '#EXT-X-MAP:URI="chunk.j1-1.init.mp4"',
      ...[
        '#EXTINF:6.000000,',
        'chunk.j1-1.segment-00000.m4s',
        '#EXTINF:6.000000,',
        'chunk.j1-1.segment-00001.m4s',
      ],
      ...[
        '#EXTINF:6.000000,',
        'chunk.j2-1.segment-00000.m4s',
        '#EXTINF:6.000000,',
        'chunk.j2-1.segment-00001.m4s',
      ],
      '#EXT-X-MAP:URI="chunk.j3-1.init.mp4"',
      ...[
        '#EXTINF:6.000000,',
        'chunk.j3-1.segment-00000.m4s',
        '#EXTINF:1.200000,',
        'chunk.j3-1.segment-00001.m4s',
      ],
      ...['#EXT-X-ENDLIST', ''],
    ]);
  });
});

const box = (type: string, ...inner: Buffer[]): Buffer => {
  const content = Buffer.concat(inner);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(content.length + 8);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, content]);
};
const words = (...numbers: number[]) => {
  const bytes = Buffer.alloc(numbers.length * 4);
  for (const [index, number] of numbers.entries()) bytes.writeUInt32BE(number, index * 4);
  return bytes;
};

describe('a segment', () => {
  test('is moved by the times of its index and of every fragment, beyond 32 bits too, and tells its frames', () => {
    const long = 0x01_00_00_00;
    const bytes = Buffer.concat([
      box('styp', words(1)),
      box('sidx', words(long, 1, 30_000, 0, 5, 0, 0)),
      box(
        'moof',
        box('mfhd', words(0, 1)),
        box('traf', box('tfdt', words(long, 0, 5)), box('trun', words(0, 150))),
      ),
      box('mdat', words(9, 9)),
      box('moof', box('traf', box('tfdt', words(0, 7)), box('trun', words(0, 30)))),
    ]);
    expect(moveSegment(bytes, 2n ** 32n + 3n - 2n ** 32n)).toBe(180);
    const wide = Buffer.from(bytes.subarray(0, bytes.lastIndexOf('moof') - 4));
    expect(moveSegment(wide, 2n ** 32n)).toBe(150);
    expect(wide.readBigUInt64BE(wide.indexOf('tfdt') + 8)).toBe(2n ** 32n + 8n);
    expect(wide.readBigUInt64BE(wide.indexOf('sidx') + 16)).toBe(2n ** 32n + 8n);
    expect(bytes.readUInt32BE(bytes.lastIndexOf('tfdt') + 8)).toBe(10);
  });

  test('whose boxes do not fit it is not touched', () => {
    expect(() => moveSegment(Buffer.concat([words(4000), Buffer.from('moof')]), 1n)).toThrow('do not fit');
  });

  test('is measured by the clock of its description', () => {
    expect(timescaleOf(box('mdhd', words(0, 0, 0, 12_800, 0)))).toBe(12_800);
    expect(timescaleOf(box('mdhd', words(0x01_00_00_00, 0, 0, 0, 0, 30_000, 0, 0)))).toBe(30_000);
  });
});

test('a segment of a rate that is no whole number is asked for a little shorter, and never by a keyframe', () => {
  expect(
    segmentSecondsFor({ startSeconds: 198, endSeconds: 402 }, { numerator: 25, denominator: 1 }, 34),
  ).toBe(6);
  for (const numerator of [24_000, 30_000, 60_000])
    for (let startSeconds = 0; startSeconds < 7200; startSeconds += 6) {
      const rate = { numerator, denominator: 1001 };
      const seconds = segmentSecondsFor({ startSeconds, endSeconds: null }, rate, 38);
      expect(seconds).toBeGreaterThan(5.95);
      expect(seconds).toBeLessThanOrEqual(6);
    }
  const slow = { numerator: 2997, denominator: 1000 };
  const starts = Array.from({ length: 100 }, (_, index) => ({ startSeconds: index * 6, endSeconds: null }));
  expect(() => starts.map((range) => segmentSecondsFor(range, slow, 38))).toThrow('begin with keyframes');
});

test('decoding has landed well only with a keyframe ahead of the chunk and nothing wrong until there', () => {
  const mapping = 'Stream mapping:\n';
  const first = (seconds: number) => `[showinfo@first @ 0x1] [info] n: 0 pts: 1 pts_time:${seconds} \n`;
  const reached = '[showinfo@reached @ 0x1] [info] n: 0 pts: 1 pts_time:12 \n';
  const wrong = '[h264 @ 0x1] [error] reference picture missing during reorder\n';
  expect(landedWell(`${mapping}${first(9.8)}${reached}${wrong}`, 12)).toBe(true);
  expect(landedWell(`${mapping}${first(9.8)}${wrong}${reached}`, 12)).toBe(false);
  expect(landedWell(`${mapping}${first(12)}${reached}`, 12)).toBe(false);
  expect(landedWell(`${mapping}${first(9.8)}`, 12)).toBe(false);
  expect(landedWell(mapping, 12)).toBe(false);
});
