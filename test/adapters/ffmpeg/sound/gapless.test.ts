import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { createGaplessReader } from '../../../../src/adapters/ffmpeg/sound/gapless.js';
import { makeFile, temporaryFolder, toolSets } from '../support.js';
import { made, rungs, samplesOf, sound } from './sounds.js';

const aac = {
  ...{ streamIndex: 0, codec: 'aac', channels: 2, sampleRateHz: 44_100, bitrateBps: null },
  ...{ language: null, isDefault: true },
};
const read = (text: string, codec = 'aac') => {
  const reader = createGaplessReader();
  for (const piece of text.match(/.{1,5}|\n/gs) ?? []) reader.take(Buffer.from(piece));
  return reader.gapless({ ...aac, codec });
};

describe('what a file tells of its encoder', () => {
  test('is the samples to be cut off at both ends, of MP3 and Ogg', () => {
    const packets = '0.000000,0.026122,Skip Samples,1105,0,0,0\n\n5.015510,0.026122,Skip Samples,0,731,0,0\n';
    expect(read(packets, 'mp3')).toEqual({ delaySamples: 1105, paddingSamples: 731, soundSamples: null });
  });

  test('is what the last frame lasts, of AAC', () => {
    const packets = '-0.023220,0.023220,Skip Samples,1024,0,0,0\n\n0.000000,0.023220\n0.023220,0.022494\n';
    expect(read(packets)).toEqual({ delaySamples: 1024, paddingSamples: 32, soundSamples: 2016 });
  });

  test('is the word of iTunes where it has one', () => {
    const tag = ' 00000000 00000840 000001CA 00000000003F31F6 00000000 00000000';
    expect(read(`0.000000,0.023220,Skip Samples,2112,0,0,0\n${tag}\n`)).toEqual({
      ...{ delaySamples: 0x840, paddingSamples: 0x1ca, soundSamples: 0x3f31f6 },
    });
  });

  test('is nothing where it tells nothing', () => {
    expect(read('N/A,N/A\n0.000000,0.023220\nrubbish\n')).toEqual({
      ...{ delaySamples: null, paddingSamples: null, soundSamples: null },
    });
  });
});

const folder = await temporaryFolder();
const at = (name: string) => join(folder, name);
const rate = 44_100;
/** At no whole number of frames of any codec, and in the middle of a wave. */
const cutAt = 100_003;
const length = 200_000;
const whole = `0.4*sin(441.3*2*PI*t)`;
const halves = (name: string) => [`${name}-1`, `${name}-2`] as const;
const formats: Readonly<Record<string, readonly string[]>> = {
  'halves.mp3': ['-c:a', 'libmp3lame', '-b:a', '256k'],
  'halves.m4a': ['-c:a', 'aac', '-b:a', '256k', '-movie_timescale', String(rate)],
  'halves.flac': ['-c:a', 'flac'],
  'halves.ogg': ['-c:a', 'libvorbis', '-q:a', '8'],
};

beforeAll(async () => {
  for (const [name, words] of Object.entries(formats)) {
    const [first, second] = [`end_sample=${cutAt}`, `start_sample=${cutAt}:end_sample=${length}`];
    const [ending] = name.split('.').slice(-1);
    for (const [index, trim] of [first, second].entries())
      await makeFile(
        at(`${halves(name)[index]}.${ending}`),
        ...[...sound(whole, 6, rate), '-af', `atrim=${trim},asetpts=PTS-STARTPTS`, ...words],
      );
  }
}, 300_000);

/** How far samples around a join are from going on as they did: their greatest second difference, of their height. */
function clickAt(first: Float32Array, second: Float32Array): number {
  const around = [...first.subarray(-2000), ...second.subarray(0, 2000)];
  const height = around.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  const bends = around
    .slice(1, -1)
    .map((sample, index) => Math.abs((around[index] ?? 0) - 2 * sample + (around[index + 2] ?? 0)));
  return Math.max(...bends) / height;
}

/** Of the sine itself: (2 π f / rate)². */
const ofSine = ((2 * Math.PI * 441.3) / rate) ** 2;
/** Far below what is heard as a click; silence of a sample between the halves would be 1. */
const inaudible = 0.05;

describe.each(toolSets)('with $label', ({ tools }) => {
  test.each(Object.keys(formats))(
    'a sine that was cut in two goes on without a click that is not in the files, of %s',
    async (name) => {
      const [ending = ''] = name.split('.').slice(-1);
      const lengths = [cutAt, length - cutAt];
      const given: Float32Array[] = [];
      const served: Float32Array[] = [];
      for (const [index, half] of halves(name).entries()) {
        const path = at(`${half}.${ending}`);
        given.push((await samplesOf(path, '-ac', '1')).subarray(0, lengths[index]));
        const { measurement, outputFolder } = await made(tools, folder, path, rungs.slice(2));
        const decoded = await samplesOf(join(outputFolder, 'audio.m4a'), '-ac', '1');
        // As players do that know of edit lists, and as the item tells.
        served.push(decoded.subarray(0, Math.round(measurement.durationSeconds * rate)));
      }
      expect(served.map((part) => part.length)).toEqual(lengths);
      const none = new Float32Array();
      const inFiles = clickAt(given[0] ?? none, given[1] ?? none);
      // What an encoder has spoilt before, nobody can mend: MP3 and AAC begin with a frame of it.
      expect(clickAt(served[0] ?? none, served[1] ?? none)).toBeLessThan(
        Math.max(ofSine, inFiles) + inaudible,
      );
      if (ending === 'flac') expect(inFiles).toBeLessThan(ofSine * 1.01);
    },
    300_000,
  );
});
