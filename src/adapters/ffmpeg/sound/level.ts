import type { SoundMeasurement } from '../../../core/sound-tools.js';

export const targetLufs = -16;
const mostPeakDbtp = -1;
/** Meters tell tenths. */
const roundingDb = 0.1;
/** What encoding adds to peaks, by and large; where it is more, it is encoded again. */
const headroomDb = 1;
/** What meters tell as this is less than 0.5 from the target. */
const closeEnoughLu = 0.4;
/** After so many tries loudness gives way to peaks. */
const triesForLoudness = 5;

/** What is done to every sample. */
export interface Level {
  readonly gainDb: number;
  /** Peaks above are taken off; null where none is. */
  readonly ceilingDbtp: number | null;
}

/** What came out of encoding at a level. */
export interface EncodedLevel {
  readonly integratedLufs: number | null;
  readonly truePeakDbtp: number | null;
}

/**
 * One gain for the whole of it, so that nothing of its dynamics changes; where that would drive peaks too far, these alone are taken off. What is
 * too quiet or too short to be measured is never made louder.
 */
export function firstLevel({
  integratedLufs,
  truePeakDbtp,
}: Pick<SoundMeasurement, 'integratedLufs' | 'truePeakDbtp'>): Level {
  const highest = mostPeakDbtp - headroomDb;
  if (truePeakDbtp === null) return { gainDb: 0, ceilingDbtp: null };
  if (integratedLufs === null)
    return { gainDb: rounded(Math.min(0, highest - truePeakDbtp)), ceilingDbtp: null };
  const gainDb = rounded(targetLufs - integratedLufs);
  return { gainDb, ceilingDbtp: truePeakDbtp + gainDb > highest ? highest : null };
}

const excessOf = ({ truePeakDbtp }: EncodedLevel): number =>
  truePeakDbtp === null ? Number.NEGATIVE_INFINITY : truePeakDbtp + roundingDb - mostPeakDbtp;

const missingLoudness = ({ integratedLufs }: EncodedLevel): number =>
  integratedLufs === null ? 0 : targetLufs - integratedLufs;

/**
 * How to encode again what came out as `encoded`; undefined when that is right. `measured` is what it was before, `tries` how often it has been
 * encoded. Peaks are never let through; for loudness a few tries are enough.
 */
export function nextLevel(
  level: Level,
  encoded: EncodedLevel,
  measured: Pick<SoundMeasurement, 'integratedLufs' | 'truePeakDbtp'>,
  tries: number,
): Level | undefined {
  const excess = excessOf(encoded);
  const missing = measured.integratedLufs === null ? 0 : missingLoudness(encoded);
  const isLoudAsWanted = rounded(Math.abs(missing)) <= closeEnoughLu;
  if (excess <= 0 && (isLoudAsWanted || tries >= triesForLoudness)) return undefined;
  if (tries >= triesForLoudness) return { ...level, gainDb: rounded(level.gainDb - excess - roundingDb) };
  const gainDb = isLoudAsWanted ? level.gainDb : rounded(level.gainDb + missing);
  const peakDbtp = level.ceilingDbtp ?? (measured.truePeakDbtp ?? 0) + gainDb;
  if (excess > 0) return { gainDb, ceilingDbtp: rounded(peakDbtp - excess - roundingDb) };
  const highest = mostPeakDbtp - headroomDb;
  return { gainDb, ceilingDbtp: level.ceilingDbtp ?? (peakDbtp > highest ? highest : null) };
}

const rounded = (value: number): number => Math.round(value * 100) / 100;

/** Looked for between samples as well, for which there have to be four times as many. */
export const levelFilters = ({ gainDb, ceilingDbtp }: Level, sampleRateHz: number): readonly string[] => [
  `volume=${gainDb}dB`,
  ...(ceilingDbtp === null
    ? []
    : [
        `aresample=${sampleRateHz * 4}`,
        `alimiter=limit=${Math.max(0.0625, 10 ** (ceilingDbtp / 20)).toFixed(5)}:level=disabled:latency=enabled`,
        `aresample=${sampleRateHz}`,
      ]),
];
