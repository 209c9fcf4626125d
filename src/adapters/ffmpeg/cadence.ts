/** Frames that have to follow one another at a rate for it to count; of a few frames a quarter, lest a gap be in every window. */
const windowFrames = 8;
/** Above this, the fastest stretches are another rate than the usual one, and no trembling of its timestamps. */
const burstFactor = 1.15;
/** What the broadcast rates (29.97) lie apart from the whole ones (30). */
const sameRate = 0.0005;
/** How far a container's own word may be from what was measured, by rounded timestamps, to be taken instead. */
const roughlySame = 0.002;
const usualRates = [10, 12, 12.5, 15, 20, 24, 25, 30, 48, 50, 60, 90, 100, 120, 240].flatMap((rate) => [
  rate,
  rate / 1.001,
]);

/** Seconds of each window of consecutive frames, a frame apart. */
function windowsOf(
  times: readonly number[],
): readonly { readonly frames: number; readonly seconds: number }[] {
  if (times.length < 2) return [];
  const frames = Math.min(windowFrames, Math.max(1, Math.floor((times.length - 1) / 4)));
  return Array.from({ length: times.length - frames }, (_, first) => ({
    frames,
    seconds: (times[first + frames] ?? 0) - (times[first] ?? 0),
  }));
}

/**
 * Frames a second, by when frames are shown: that of most windows of eight frames, so that gaps and trembling timestamps
 * do not count; or, where the rate varies, that of the fastest, so that bursts keep their frames. `told` are the
 * container's rates: one of them, or a usual one, stands for what is nearly the same. Undefined for a single frame.
 */
export function cadenceOf(
  stretches: readonly (readonly number[])[],
  told: readonly number[],
): number | undefined {
  const windows = stretches.flatMap(windowsOf);
  if (windows.length === 0) return undefined;
  const rates = windows.map(({ frames, seconds }) => frames / seconds).toSorted((a, b) => a - b);
  const median = rates[Math.floor(rates.length / 2)] ?? 0;
  const fastest = rates.at(-1) ?? 0;
  const [least, most] =
    fastest > median * burstFactor ? [fastest * 0.9, fastest] : [median * 0.95, median * 1.05];
  const alike = windows.filter(
    ({ frames, seconds }) => frames / seconds >= least && frames / seconds <= most,
  );
  const measured =
    alike.reduce((sum, { frames }) => sum + frames, 0) / alike.reduce((sum, { seconds }) => sum + seconds, 0);
  const apart = (rate: number) => Math.abs(rate / measured - 1);
  const nearest = (among: readonly number[], tolerance: number) =>
    among.filter((rate) => apart(rate) <= tolerance).toSorted((a, b) => apart(a) - apart(b))[0];
  return (
    nearest(usualRates, sameRate) ??
    nearest(told, roughlySame) ??
    nearest(usualRates, roughlySame) ??
    measured
  );
}
