import { describe, expect, test } from 'vitest';
import { cadenceOf } from '../../../src/adapters/ffmpeg/cadence.js';
import { readHeader } from '../../../src/adapters/ffmpeg/ffprobe-output.js';
import { createPacketReader, type Packet, readTimelines } from '../../../src/adapters/ffmpeg/packets.js';
import { createTimelineReader } from '../../../src/adapters/ffmpeg/timeline.js';
import type { Toolbox } from '../../../src/adapters/ffmpeg/toolbox.js';
import { tracksOf } from '../../../src/adapters/ffmpeg/tracks.js';

/** Of frames at these times. */
function timelineAt(times: Iterable<number>, lasts = 0, isBroadcast = false) {
  const { take, timeline } = createTimelineReader(isBroadcast);
  for (const time of times) take({ decodedAt: time, shownAt: time, lasts });
  return timeline();
}
const steady = (rate: number, count: number, from = 0, roundTo = 1e-6) =>
  Array.from({ length: count }, (_, index) => Math.round((from + index / rate) / roundTo) * roundTo);

describe('the packets of a file', () => {
  test('are read from lines that come in any pieces', () => {
    const packets: Packet[] = [];
    const read = createPacketReader((packet) => packets.push(packet));
    const lines = '0,0.080000,0.000000,0.040000,700,K_\n1,N/A,0.021000,N/A,30,K_\n0,0.040000,N/A,0.04,1,__\n';
    for (const character of lines) read(Buffer.from(character));
    expect(packets).toEqual([
      { streamIndex: 0, decodedAt: 0, shownAt: 0.08, lasts: 0.04, isKey: true },
      { streamIndex: 1, decodedAt: 0.021, shownAt: 0.021, lasts: 0, isKey: true },
      { streamIndex: 0, decodedAt: 0.04, shownAt: 0.04, lasts: 0.04, isKey: false },
    ]);
  });

  test('tell how far the keyframe before any moment is, unless times leap or may begin anew', () => {
    const longestSeek = (times: readonly number[], isBroadcast = false) => {
      const { take, timeline } = createTimelineReader(isBroadcast);
      for (const time of times) take({ decodedAt: time, shownAt: time, lasts: 1, isKey: time % 4 === 0 });
      return timeline()?.longestSeekSeconds;
    };
    expect(longestSeek([0, 1, 2, 3, 4, 5])).toBe(4);
    expect(longestSeek([0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11])).toBe(7);
    expect(longestSeek([1, 2, 3])).toBe(2);
    expect(longestSeek([0, 1, 2, 3, 4, 5], true)).toBeUndefined();
    expect(longestSeek([0, 1, 2, 3, 9000, 9001])).toBeUndefined();
  });

  test.each([
    ['what an edit list cuts off', '1,-0.021333,-0.021333,0.021333,212,KD,\n'],
    ['what is empty', '1,0.000000,0.000000,0.021333,0,K_\n'],
    ['what has no time', '1,N/A,N/A,0.021333,10,K_\n'],
    ['what is no packet', '\n\nnonsense\n'],
  ])('are not %s', (_, line) => {
    const packets: Packet[] = [];
    createPacketReader((packet) => packets.push(packet))(Buffer.from(line));
    expect(packets).toEqual([]);
  });
});

describe('the timelines of a file', () => {
  /** Of packets that come in these lines. */
  const timelinesOf = (lines: Iterable<string>) => {
    const toolbox: Pick<Toolbox, 'run'> = {
      async run(_, { onOutput }) {
        for (const line of lines) onOutput?.(Buffer.from(`${line}\n`));
        return {
          ...{ exitCode: 0, endSignal: null, stdout: Buffer.alloc(0), stderr: '', isPart: false },
          outTimeSeconds: 0,
          frames: 0,
        };
      },
    };
    const { signal } = new AbortController();
    return readTimelines(toolbox, { inputPath: 'x', beforeInput: [], isBroadcast: true, signal });
  };

  test('tell a few new beginnings apart, however many streams have them: each takes memory', async () => {
    const leaping = function* () {
      for (let turn = 0; turn < 200; turn += 1)
        for (let index = 0; index < 100; index += 1) yield `${index},${(turn % 2) * 100},N/A,0.04,10,K_`;
    };
    const stretches = [...(await timelinesOf(leaping())).values()].map(
      (timeline) => timeline?.stretches.length ?? 0,
    );
    expect(stretches).toHaveLength(100);
    expect(stretches.reduce((sum, count) => sum + count)).toBeLessThan(11_000);
  });

  test('are not made of more streams than ffmpeg opens', async () => {
    const many = Array.from({ length: 1001 }, (_, index) => `${index},0,0,0.04,10,K_`);
    await expect(timelinesOf(many)).rejects.toMatchObject({ code: 'corrupt_media' });
    expect((await timelinesOf(many.slice(1))).size).toBe(1000);
  });
});

describe('the timeline of a stream', () => {
  test('ends when its last picture does', () => {
    expect(timelineAt([10, 10.5, 11], 0.5)).toMatchObject({
      ...{ packetCount: 3, startSeconds: 10, endSeconds: 11.5 },
    });
  });

  test.each([
    ['in the middle', [0, 0.2, 3_137_339, 0.6, 0.8], 0, 0.8],
    ['at the end', [0, 0.2, 0.4, 36_000], 0, 0.4],
    ['at the beginning', [90_000, 1, 1.2, 1.4], 1, 1.4],
  ])('does not follow a leap of its timestamps %s', (_, times, startSeconds, endSeconds) => {
    expect(timelineAt(times)).toMatchObject({ startSeconds, endSeconds });
  });

  test('keeps a picture that stands for minutes', () => {
    expect(timelineAt([0, 1, 1800, 1801])).toMatchObject({ endSeconds: 1801 });
  });

  test('of a broadcast that begins anew puts the pieces one behind the other', () => {
    const times = [...steady(25, 50, 100), ...steady(25, 50, 3)];
    expect(timelineAt(times, 0.04, true)?.endSeconds).toBeCloseTo(104);
    expect(timelineAt([], 0.04, true)).toBeUndefined();
  });

  test('is told apart into no more pieces than anybody could make sense of, however often it leaps', () => {
    const timeline = timelineAt(steady(1 / 20, 300_000), 0, true);
    expect(timeline).toMatchObject({ packetCount: 300_000 });
    expect(timeline?.stretches).toHaveLength(10_000);
  });

  test('counts every packet, and keeps the times of as many as a cadence needs', () => {
    const timeline = timelineAt(steady(120, 1_000_000), 1 / 120);
    expect(timeline?.packetCount).toBe(1_000_000);
    expect(timeline?.endSeconds).toBeCloseTo(1_000_000 / 120);
    expect(timeline?.stretches.map(({ length }) => length)).toEqual([180_000]);
  });
});

describe('the cadence of frames', () => {
  test.each([
    ['steady', steady(25, 100), [25]],
    ['of broadcast', steady(30_000 / 1001, 100), [30_000 / 1001]],
    ['rounded to milliseconds', steady(30, 180, 0, 0.001), [30]],
    ['of which some are lost', steady(25, 200).filter((_, index) => index % 50 !== 7), [25]],
    ['that stand still for ten seconds', [...steady(25, 100), ...steady(25, 100, 14)], [25]],
    ['told as a thousand', steady(30, 60, 0, 0.001), [30]],
    [
      'of a burst in a slow recording',
      [...steady(15, 300), ...steady(60, 120, 20), ...steady(5, 50, 22)],
      [60],
    ],
    ['one every ten seconds', steady(0.1, 30), [0.1]],
    ['at times that tremble', steady(30, 300).map((time, index) => time + ((index * 7) % 5) * 0.002), [30]],
    ['two', [0, 0.04], [25]],
  ])('that are %s', (_, times, [rate]) => {
    expect(cadenceOf([times], [1000])).toBeCloseTo(rate ?? 0, 1);
  });

  test('is what the container tells, where that is nearly the same', () => {
    expect(cadenceOf([steady(13.37, 100)], [13.371])).toBe(13.371);
  });

  test('of a single frame is not known', () => {
    expect(cadenceOf([[0]], [25])).toBeUndefined();
  });
});

describe('the tracks of a file', () => {
  const picture = { codec_type: 'video', codec_name: 'h264', width: 64, height: 48 };
  const sound = { codec_type: 'audio', codec_name: 'aac', channels: 2, sample_rate: '48000' };
  const tracks = (streams: readonly object[], lengths: readonly number[]) =>
    tracksOf(
      readHeader(
        JSON.stringify({ streams: streams.map((fields, index) => ({ index, ...fields })), format: {} }),
      ),
      new Map(lengths.map((frames, index) => [index, timelineAt(steady(10, frames), 0.1)])),
      new Set(),
    );
  const isDefault = { disposition: { default: 1 } };

  test.each([
    ['the default one', [picture, { ...picture, ...isDefault }], [10, 10], 1],
    [
      'the longer one',
      [
        { ...picture, ...isDefault },
        { ...picture, ...isDefault },
      ],
      [1, 40],
      1,
    ],
    ['the larger of two alike', [picture, { ...picture, width: 640 }], [40, 38], 1],
    ['the first of equals', [picture, picture], [40, 40], 0],
    ['no cover art', [{ ...picture, disposition: { default: 1, attached_pic: 1 } }, picture], [1, 9], 1],
  ])('begin with %s of several pictures', (_, streams, lengths, best) => {
    expect(tracks(streams, lengths).videos[0]?.stream.streamIndex).toBe(best);
  });

  test('are without those that have no samples or no known codec', () => {
    const found = tracks([picture, sound, { ...sound, codec_name: undefined }, sound], [10, 0, 10, 10]);
    expect(found.audio.map(({ stream }) => stream.streamIndex)).toEqual([3]);
    expect(found.leftOut).toEqual([
      { streamIndex: 1, kind: 'audio', codec: 'aac', reason: 'no_samples' },
      { streamIndex: 2, kind: 'audio', codec: 'unknown', reason: 'codec_not_taken' },
    ]);
  });

  test('are found behind a hundred of another kind, of which some are kept', () => {
    const found = tracks(
      [...Array.from({ length: 100 }, () => sound), picture],
      Array.from({ length: 101 }, () => 5),
    );
    expect([found.videos[0]?.stream.streamIndex, found.audio.length]).toEqual([100, 64]);
  });
});
