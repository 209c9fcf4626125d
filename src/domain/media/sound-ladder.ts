import type { Probe } from './media-values.js';
import type { SoundRung } from './sound-values.js';

const STANDARD_BITRATES_BPS = [64_000, 128_000, 256_000];
/** Below this AAC is hard to understand. */
const LEAST_BITRATE_BPS = 32_000;
/** Codecs that keep every sample: their bitrate says nothing of how much is to be heard. */
const isLossless = (codec: string): boolean => /^(?:pcm_|flac$|alac$|truehd$|wavpack$)/.test(codec);

/**
 * The rungs that sound is served in, lowest first: none above the source, and always at least one. A source that does not tell its
 * bitrate has that of its file, and one of which nobody knows anything has all.
 */
export function planSoundLadder(
  { codec, bitrateBps }: Pick<Probe['audio'][number], 'codec' | 'bitrateBps'>,
  fileBitrateBps: number | null,
): SoundRung[] {
  const sourceBps = isLossless(codec)
    ? Number.POSITIVE_INFINITY
    : (bitrateBps ?? fileBitrateBps ?? Number.POSITIVE_INFINITY);
  const fitting = STANDARD_BITRATES_BPS.filter((standard) => standard <= sourceBps);
  const bitrates = fitting.length > 0 ? fitting : [Math.max(LEAST_BITRATE_BPS, Math.floor(sourceBps))];
  return bitrates.map((bitrate) => ({ name: `${Math.round(bitrate / 1000)}k`, bitrateBps: bitrate }));
}
