import type { SoundForm } from './served-form.js';
import { createWaveformDrawer, type Waveform } from './waveform.js';

/** A thousandth of full scale: −60 dBFS. */
const loudestSilence = 32;
const fullScale = 32_767;
/** One sample or two at full scale are a peak that just fits. */
const shortestClipping = 3;

/** What samples tell by themselves, without a meter. */
export interface HeardSamples {
  /** Of each channel. */
  readonly sampleCount: number;
  readonly clippedSamples: number;
  readonly silentAtStart: number;
  readonly silentAtEnd: number;
  readonly waveform: Waveform;
}

/** Hears interleaved samples of 16 bits as they come in chunks of any length. */
export function createSampleReader({ channels, sampleRateHz }: SoundForm) {
  const drawer = createWaveformDrawer(sampleRateHz);
  const runs = new Array<number>(channels).fill(0);
  let rest = new Uint8Array(0);
  let sampleCount = 0;
  let clippedSamples = 0;
  let silentAtStart = 0;
  let silentAtEnd = 0;

  function takeFrame(samples: Int16Array, at: number): void {
    let sum = 0;
    let isSilent = true;
    for (let channel = 0; channel < channels; channel += 1) {
      const sample = samples[at + channel] ?? 0;
      sum += sample;
      if (sample > loudestSilence || sample < -loudestSilence) isSilent = false;
      if (sample >= fullScale || sample <= -fullScale) {
        const run = (runs[channel] ?? 0) + 1;
        runs[channel] = run;
        if (run === shortestClipping) clippedSamples += shortestClipping;
        else if (run > shortestClipping) clippedSamples += 1;
      } else runs[channel] = 0;
    }
    silentAtEnd = isSilent ? silentAtEnd + 1 : 0;
    sampleCount += 1;
    if (silentAtEnd === sampleCount) silentAtStart = sampleCount;
    drawer.take(Math.trunc(sum / channels));
  }

  return {
    take(chunk: Buffer): void {
      // A copy of its own begins at an even address, as numbers of two bytes have to.
      const bytes = new Uint8Array(rest.length + chunk.length);
      bytes.set(rest);
      bytes.set(chunk, rest.length);
      const frames = Math.floor(bytes.length / (channels * 2));
      const samples = new Int16Array(bytes.buffer, 0, frames * channels);
      for (let at = 0; at < samples.length; at += channels) takeFrame(samples, at);
      rest = bytes.subarray(samples.byteLength);
    },
    /** To be asked for once. */
    heard: (): HeardSamples => ({
      ...{ sampleCount, clippedSamples, silentAtStart, silentAtEnd },
      waveform: drawer.waveform(),
    }),
  };
}
