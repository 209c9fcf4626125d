/** Of these at the most, at least 256 samples each: 7 minutes at 48 kHz have one for every 1,228th sample, an hour one for every quarter of a second. */
const mostPixels = 16_384;
const firstSamplesPerPixel = 256;

/** The JSON format of audiowaveform, version 2: https://github.com/bbc/audiowaveform/blob/master/doc/DataFormat.md */
export interface Waveform {
  readonly version: 2;
  readonly channels: 1;
  readonly sample_rate: number;
  readonly samples_per_pixel: number;
  readonly bits: 8;
  readonly length: number;
  /** Smallest and largest of each pixel by turns. */
  readonly data: readonly number[];
}

/**
 * Takes samples of 16 bits, one by one, and draws them in as few pixels as are asked for: whenever there are too many, each two become one. So
 * nobody has to know before how many there will be.
 */
export function createWaveformDrawer(sampleRateHz: number) {
  let samplesPerPixel = firstSamplesPerPixel;
  let data: number[] = [];
  let count = 0;
  let smallest = 0;
  let largest = 0;

  function endPixel(): void {
    data.push(smallest, largest);
    count = 0;
    if (data.length < mostPixels * 2) return;
    data = inHalf(data);
    samplesPerPixel *= 2;
  }

  return {
    take(sample: number): void {
      if (count === 0) smallest = largest = sample;
      else if (sample < smallest) smallest = sample;
      else if (sample > largest) largest = sample;
      count += 1;
      if (count === samplesPerPixel) endPixel();
    },
    /** To be asked for once. */
    waveform(): Waveform {
      if (count > 0) data.push(smallest, largest);
      return {
        version: 2,
        channels: 1,
        sample_rate: sampleRateHz,
        samples_per_pixel: samplesPerPixel,
        bits: 8,
        length: data.length / 2,
        // As audiowaveform has it: towards zero.
        data: data.map((value) => Math.trunc(value / 256) + 0),
      };
    },
  };
}

const inHalf = (data: readonly number[]): number[] =>
  Array.from({ length: data.length / 2 }, (_, index) => {
    const [pixel, isLargest] = [(index >> 1) * 4, index % 2 === 1];
    const [one = 0, other = 0] = [data[pixel + Number(isLargest)], data[pixel + 2 + Number(isLargest)]];
    return isLargest ? Math.max(one, other) : Math.min(one, other);
  });
