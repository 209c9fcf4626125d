/** The middle value; of an even number the upper one. */
export const median = (values: readonly number[]): number => quantile(values, 0.5);

export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

export const measureLatencies = (milliseconds: readonly number[]) => ({
  p50Milliseconds: quantile(milliseconds, 0.5),
  p99Milliseconds: quantile(milliseconds, 0.99),
});

/** How far apart repeated measurements lie, as a fraction of their median. */
export const spread = (values: readonly number[]): number =>
  (Math.max(...values) - Math.min(...values)) / median(values);
