import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createFfmpegVideoTools } from '../../../src/adapters/ffmpeg/ffmpeg-video-tools.js';
import { oddMedia } from '../../support/odd-media/index.js';
import type { Heard, OddMedium, Published } from '../../support/odd-media/odd-medium.js';
import { type Outcome, outcomeOf } from '../../support/odd-media/outcome.js';
import { neverAborted, temporaryFolder, toolSets } from './support.js';

/** The priming of sound, or a frame: the tools differ in how long a last one is shown of which nobody tells. */
const toleranceSeconds = (frameRate: number) => Math.max(0.15, 1.01 / frameRate);
const folder = await temporaryFolder();
const made = new Map<string, Promise<string>>();

/** Each is made once, for all sets of tools. */
function pathOf({ name, make }: OddMedium): Promise<string> {
  const path = join(folder, name);
  const making = made.get(name) ?? make(path).then(() => path);
  made.set(name, making);
  return making;
}

/** None of these needs much: what does has been talked into it. */
const MEMORY_BYTES = 2 ** 30;

describe.each(toolSets)('with $label', ({ label, places }) => {
  const tools = createFfmpegVideoTools({ ...places, preset: 'superfast', memoryBytes: MEMORY_BYTES });

  // Five at once share the machine with whatever else runs on it.
  test.concurrent.each(oddMedia)('$name: $expected.outcome', { timeout: 120_000 }, async (medium) => {
    const outcome = await outcomeOf(
      tools,
      await pathOf(medium),
      join(folder, `${label}-${medium.name}`),
      neverAborted,
    );
    if (medium.expected.outcome === 'failed')
      expect(outcome).toMatchObject({ ...medium.expected, isRetryable: false });
    else if (medium.expected.outcome === 'heard') expectHeard(outcome, medium.expected);
    else expectServed(outcome, medium.expected);
  });
});

function expectHeard(outcome: Outcome, { durationSeconds }: Heard): void {
  if (outcome.outcome !== 'heard') throw new Error(`It is not heard: ${JSON.stringify(outcome)}`);
  expectNear(outcome.sound.seconds, durationSeconds, 25);
  expectNear(outcome.probe.durationSeconds, durationSeconds, 25);
}

function expectServed(outcome: Outcome, expected: Published): void {
  if (outcome.outcome !== 'published') throw new Error(`It is not published: ${JSON.stringify(outcome)}`);
  const { pictures, sound, probe } = outcome;
  const largest = pictures.at(-1);
  expect(largest).toMatchObject({ width: expected.width, height: expected.height });
  const rateError = (probe.video?.frameRate ?? 0) / expected.frameRate - 1;
  expect(Math.abs(rateError)).toBeLessThan(0.001);
  expect(sound !== null).toBe(expected.hasAudio);
  expect(probe.leftOut.map(({ streamIndex, reason }) => `${streamIndex}:${reason}`)).toEqual(
    expected.leftOut ?? [],
  );
  for (const { seconds, frames } of pictures) {
    expectNear(seconds, expected.pictureSeconds ?? expected.durationSeconds, expected.frameRate);
    expect(Math.abs(frames - seconds * (expected.servedRate ?? expected.frameRate))).toBeLessThanOrEqual(1);
  }
  expect(outcome.frameCount).toBeGreaterThan(0);
  expect(outcome.tileCount).toBeGreaterThan(0);
  expect(outcome.textCount).toBe(expected.texts ?? 0);
  expectNear(probe.durationSeconds, expected.durationSeconds, expected.frameRate);
}

function expectNear(seconds: number, expectedSeconds: number, frameRate: number): void {
  expect(Math.abs(seconds - expectedSeconds)).toBeLessThanOrEqual(toleranceSeconds(frameRate));
}
