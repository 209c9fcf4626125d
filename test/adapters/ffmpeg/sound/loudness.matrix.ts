import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeFile, temporaryFolder, toolSets } from '../support.js';
import { joined, loudnessOf, made, sound } from './sounds.js';

const folder = await temporaryFolder();
const at = (name: string) => join(folder, name);
const wav = ['-c:a', 'pcm_f32le'];
const tone = (level: number) => `${level}*sin(330*2*PI*t)`;
/** Noise that is hard to encode, by a seed of its own. */
const noise = (level: number) => `${level}*(2*random(0)-1)`;

const made6 = (expression: string) => sound(expression, 6);
/** By name: how it is made. All of them are long and loud enough to be measured. */
const measurable: Readonly<Record<string, readonly string[]>> = {
  quiet: [...made6(`${tone(0.003)}|${tone(0.002)}`), ...wav],
  loud: [...made6(`${tone(0.99)}|${tone(0.99)}`), ...wav],
  clipped: [...made6(`clip(${tone(4)},-1,1)|clip(${tone(3)},-1,1)`), '-c:a', 'pcm_s16le'],
  noisy: [...made6(`${noise(0.9)}|${noise(0.9)}`), ...wav],
  // A quiet sound with clicks of a hundred times its level, which no gain alone brings to −16 LUFS.
  peaky: [...made6(`${noise(0.01)}+if(lt(mod(t,0.5),0.002),0.9*sin(5000*2*PI*t),0)`), ...wav],
  mono: [...made6(tone(0.1)), ...wav],
  'low rate': [...sound(tone(0.2), 6, 8000), '-c:a', 'pcm_s16le'],
  'high rate': [...sound(`${tone(0.2)}|${tone(0.1)}`, 6, 192_000), '-c:a', 'pcm_s24le'],
  surround: [
    ...made6([0.1, 0.1, 0.2, 0.3, 0.1, 0.1].map((level) => tone(level)).join('|')),
    ...['-af', 'aformat=channel_layouts=5.1', '-c:a', 'pcm_s16le'],
  ],
};
const limited = ['peaky'];
const others: Readonly<Record<string, readonly string[]>> = {
  silence: [...sound('0|0', 3), '-c:a', 'pcm_s16le'],
  'very short': [...sound(`${tone(0.99)}|${tone(0.99)}`, 0.1), '-c:a', 'pcm_s16le'],
  'one sample': [...sound('0.5', 0.001), '-af', 'atrim=end_sample=1', '-c:a', 'pcm_s16le'],
};

beforeAll(async () => {
  for (const [name, words] of Object.entries({ ...measurable, ...others }))
    await makeFile(at(`${name}.wav`), ...words);
}, 120_000);

describe.each(toolSets)('with $label', ({ tools }) => {
  test.each(Object.keys(measurable))(
    'what is %s is served within half a unit of −16 LUFS, and never above −1 dBTP',
    async (name) => {
      const { measurement, renditions, download, outputFolder } = await made(
        tools,
        folder,
        at(`${name}.wav`),
      );
      const original = await loudnessOf(at(`${name}.wav`));
      // Of surround, what is told is what is heard in stereo.
      if (name !== 'surround') expect(measurement.integratedLufs).toBeCloseTo(original.integratedLufs, 0);
      // Only where a gain alone would drive the peaks too far are they taken off.
      expect(download.details.isLimited).toBe(limited.includes(name));
      if (!limited.includes(name))
        expect(download.details.gainDb).toBeCloseTo(-16 - (measurement.integratedLufs ?? 0), 0);
      for (const rung of renditions) {
        const served = await loudnessOf(await joined(outputFolder, rung.name));
        expect(Math.abs(served.integratedLufs - -16), rung.name).toBeLessThanOrEqual(0.5);
        expect(served.truePeakDbtp, rung.name).toBeLessThanOrEqual(-1);
      }
    },
    120_000,
  );

  test('silence stays as it is, and nothing is divided by it', async () => {
    const { measurement, download } = await made(tools, folder, at('silence.wav'));
    expect(measurement).toMatchObject({
      ...{ integratedLufs: null, loudnessRangeLu: null, truePeakDbtp: null, durationSeconds: 3 },
      ...{ silenceAtStartSeconds: 3, silenceAtEndSeconds: 3, clippedSamples: 0 },
    });
    expect(download.details).toMatchObject({ gainDb: 0, isLimited: false });
  }, 60_000);

  test.each(['very short', 'one sample'])(
    'what is %s cannot be measured, and is only kept from being too loud',
    async (name) => {
      const { measurement, download, outputFolder, renditions } = await made(
        tools,
        folder,
        at(`${name}.wav`),
      );
      expect(measurement.integratedLufs).toBeNull();
      expect(download.details.gainDb).toBeLessThanOrEqual(0);
      expect(renditions).toHaveLength(3);
      const { truePeakDbtp } = await loudnessOf(join(outputFolder, 'audio.m4a'));
      // A number: silence has none.
      expect(truePeakDbtp).toBeLessThanOrEqual(-1);
      expect(truePeakDbtp).toBeGreaterThan(-60);
    },
    60_000,
  );
});
