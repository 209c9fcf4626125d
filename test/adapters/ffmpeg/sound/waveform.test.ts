import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeFile, neverAborted, runFfmpeg, temporaryFolder, toolSets } from '../support.js';
import { sound, soundRequest } from './sounds.js';

const folder = await temporaryFolder();
const path = join(folder, 'sweep.flac');

beforeAll(async () => {
  await makeFile(
    path,
    ...sound('0.9*sin(40*t*t)*t/8|0.5*sin(900*t)', 8),
    '-c:a',
    'flac',
    '-sample_fmt',
    's16',
  );
}, 120_000);

/** As audiowaveform draws it (WaveformGenerator.cpp): the mean of the channels, towards zero, its least and most of each pixel. */
function waveformOf(samples: Int16Array, samplesPerPixel: number): number[] {
  const data: number[] = [];
  for (let first = 0; first < samples.length; first += samplesPerPixel * 2) {
    let [least, most] = [32_767, -32_768];
    const last = Math.min(samples.length, first + samplesPerPixel * 2);
    for (let at = first; at < last; at += 2) {
      const mean = Math.trunc(((samples[at] ?? 0) + (samples[at + 1] ?? 0)) / 2);
      [least, most] = [Math.min(least, mean), Math.max(most, mean)];
    }
    data.push(Math.trunc(least / 256) + 0, Math.trunc(most / 256) + 0);
  }
  return data;
}

describe.each(toolSets)('with $label', ({ tools }) => {
  test('the waveform is that of the decoded samples', async () => {
    const request = await soundRequest(tools, folder, path);
    await tools.measureSound({ ...request, signal: neverAborted });
    const drawn = JSON.parse(await readFile(join(request.outputFolder, 'waveform.json'), 'utf8'));
    const bytes = await runFfmpeg('-i', path, '-f', 's16le', 'pipe:1');
    const samples = new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
    expect(drawn.data).toEqual(waveformOf(samples, drawn.samples_per_pixel));
    expect(drawn).toMatchObject({ sample_rate: 44_100, length: drawn.data.length / 2 });
  }, 120_000);
});
