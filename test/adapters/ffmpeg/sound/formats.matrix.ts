import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeFile, temporaryFolder, toolSets } from '../support.js';
import { joined, loudnessOf, made, samplesOf, sound } from './sounds.js';

const folder = await temporaryFolder();
const at = (name: string) => join(folder, name);
const seconds = 6.5;
const sampleCount = 44_100 * seconds;

/** By the file's name: how it is written, how long exactly it is, and what it tells of its encoder. */
const formats: Readonly<
  Record<
    string,
    {
      readonly words: string[];
      readonly samples?: number;
      readonly delay?: number;
      readonly frame?: number;
    }
  >
> = {
  'song.mp3': { words: ['-c:a', 'libmp3lame', '-b:a', '192k'], delay: 1105, frame: 1152 },
  'song.m4a': { words: ['-c:a', 'aac'], delay: 1024, frame: 1024 },
  'song.flac': { words: ['-c:a', 'flac'] },
  'song.wav': { words: ['-c:a', 'pcm_s24le'] },
  'song.aiff': { words: ['-c:a', 'pcm_s16be'] },
  'song.ogg': { words: ['-c:a', 'libvorbis'] },
  'song.opus': { words: ['-c:a', 'libopus'], samples: 48_000 * seconds, delay: 312 },
  // Neither tells where its sound begins and ends.
  'song.wma': { words: ['-c:a', 'wmav2'], samples: Math.floor(sampleCount / 2048) * 2048 },
  'song.aac': { words: ['-c:a', 'aac'], samples: (Math.ceil(sampleCount / 1024) + 1) * 1024 },
};

beforeAll(async () => {
  for (const [name, { words }] of Object.entries(formats))
    await makeFile(at(name), ...sound('0.3*sin(440*2*PI*t)|0.2*sin(550*2*PI*t)', seconds), ...words);
}, 120_000);

describe.each(toolSets)('with $label', ({ tools }) => {
  test.each(Object.keys(formats))(
    '%s is measured, drawn and served, as long as it is',
    async (name) => {
      const { samples = sampleCount, delay, frame } = formats[name] ?? {};
      const { measurement, waveform, renditions, download, outputFolder } = await made(
        tools,
        folder,
        at(name),
      );
      const { sampleRateHz, durationSeconds, channels } = measurement;
      expect({ channels, samples: Math.round(durationSeconds * sampleRateHz) }).toEqual({
        channels: 2,
        samples,
      });
      if (delay !== undefined) expect(measurement.encoderDelaySamples).toBe(delay);
      // What it has before and behind fills its frames.
      if (frame !== undefined)
        expect((samples + (delay ?? 0) + (measurement.encoderPaddingSamples ?? 0)) % frame).toBe(0);

      expect(renditions.map(({ name: rung, kind, codecs }) => [rung, kind, codecs])).toEqual([
        ['64k', 'audio', 'mp4a.40.2'],
        ['128k', 'audio', 'mp4a.40.2'],
        ['256k', 'audio', 'mp4a.40.2'],
      ]);
      // A player is told where the sound begins, and gets at most one frame behind its end.
      for (const rung of renditions) {
        const served = await samplesOf(await joined(outputFolder, rung.name), '-ac', '1');
        expect(served.length - samples).toBeGreaterThanOrEqual(0);
        expect(served.length - samples).toBeLessThan(3 * 1024 + 1024);
      }
      expect(download.name).toBe('audio.m4a');
      const { integratedLufs, truePeakDbtp } = await loudnessOf(join(outputFolder, 'audio.m4a'));
      expect(Math.abs(integratedLufs - -16)).toBeLessThanOrEqual(0.5);
      expect(truePeakDbtp).toBeLessThanOrEqual(-1);

      const drawn = JSON.parse(await readFile(join(outputFolder, waveform.name), 'utf8'));
      expect(drawn).toMatchObject({ version: 2, channels: 1, sample_rate: sampleRateHz, bits: 8 });
      expect(drawn.length).toBe(Math.ceil(samples / drawn.samples_per_pixel));
      expect(drawn.data).toHaveLength(drawn.length * 2);
    },
    120_000,
  );
});
