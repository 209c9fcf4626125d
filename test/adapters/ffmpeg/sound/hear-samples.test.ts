import { describe, expect, test } from 'vitest';
import { createSampleReader } from '../../../../src/adapters/ffmpeg/sound/hear-samples.js';
import { createWaveformDrawer } from '../../../../src/adapters/ffmpeg/sound/waveform.js';

const stereo = { channels: 2, sampleRateHz: 44_100 } as const;
const mono = { channels: 1, sampleRateHz: 48_000 } as const;
const bytesOf = (samples: readonly number[]): Buffer => Buffer.from(Int16Array.from(samples).buffer);

function heard(form: typeof stereo | typeof mono, samples: readonly number[], chunkBytes = 7) {
  const reader = createSampleReader(form);
  const bytes = bytesOf(samples);
  // Pipes cut where they like, in the middle of a sample too.
  for (let at = 0; at < bytes.length; at += chunkBytes) reader.take(bytes.subarray(at, at + chunkBytes));
  return reader.heard();
}

describe('samples', () => {
  test('are counted and drawn the same however they come', () => {
    const samples = Array.from({ length: 3000 }, (_, index) => Math.round(Math.sin(index / 9) * 30_000));
    const whole = heard(stereo, samples, samples.length * 2);
    expect(whole.sampleCount).toBe(1500);
    for (const chunkBytes of [1, 3, 4, 1000]) expect(heard(stereo, samples, chunkBytes)).toEqual(whole);
  });

  test('that are next to nothing at the ends are told as silence, and those in the middle are not', () => {
    const samples = [...[0, 32, -32], 5000, ...[0, 0], -33, ...[0, 10]];
    expect(heard(mono, samples)).toMatchObject({ silentAtStart: 3, silentAtEnd: 2 });
    expect(heard(mono, [0, 0, 0])).toMatchObject({ sampleCount: 3, silentAtStart: 3, silentAtEnd: 3 });
    expect(heard(mono, [])).toMatchObject({ sampleCount: 0, silentAtStart: 0, silentAtEnd: 0 });
  });

  test('of one channel keep both from being silent', () => {
    expect(heard(stereo, [0, 0, 0, 900, 0, 0])).toMatchObject({ silentAtStart: 1, silentAtEnd: 1 });
  });

  test('that stay at full scale are clipped, and one that just reaches it is not', () => {
    expect(heard(mono, [32_767, 0, 32_767, 32_767, 0]).clippedSamples).toBe(0);
    expect(heard(mono, [32_767, 32_767, 32_767, 32_767, 0, -32_768, -32_768, -32_768]).clippedSamples).toBe(
      7,
    );
    // By turns, left clips and right does not.
    expect(heard(stereo, [32_767, 1, 32_767, 2, 32_767, 3]).clippedSamples).toBe(3);
  });
});

describe('a waveform', () => {
  const drawn = (count: number, sampleOf: (index: number) => number) => {
    const drawer = createWaveformDrawer(48_000);
    for (let index = 0; index < count; index += 1) drawer.take(sampleOf(index));
    return drawer.waveform();
  };

  test('has the smallest and the largest of each pixel, of 8 bits towards zero, the last one shorter', () => {
    expect(drawn(600, (index) => (index < 256 ? index - 300 : index * 40))).toEqual({
      ...{ version: 2, channels: 1, sample_rate: 48_000, samples_per_pixel: 256, bits: 8, length: 3 },
      data: [-1, 0, 40, 79, 80, 93],
    });
  });

  test('is drawn more coarsely the longer it is, each pixel still of all its samples', () => {
    const count = 256 * 16_384 * 3;
    const { samples_per_pixel: samplesPerPixel, length, data } = drawn(count, (index) => (index % 1024) * 16);
    expect([samplesPerPixel, length]).toEqual([1024, (256 * 16_384 * 3) / 1024]);
    expect(new Set(data)).toEqual(new Set([0, 63]));
    expect(data.slice(0, 2)).toEqual([0, 63]);
  });

  test('of nothing is empty', () => {
    expect(drawn(0, () => 0)).toMatchObject({ length: 0, data: [] });
  });
});
