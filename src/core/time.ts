/** ISO 8601 UTC instant, e.g. `2026-11-21T09:30:00.000Z`. */
export type Instant = string;

/** The instant `seconds` after `instant`. Pure: both are data. */
export const addSeconds = (instant: Instant, seconds: number): Instant =>
  new Date(Date.parse(instant) + seconds * 1000).toISOString();

/** Seconds from `earlier` to `later`, negative when they are the other way round. */
export const secondsBetween = (earlier: Instant, later: Instant): number =>
  (Date.parse(later) - Date.parse(earlier)) / 1000;

/** The same instant in UTC, to the millisecond; undefined of what is none, or lies outside the years 1 to 9999, which databases do not hold. */
export function utcInstant(text: string): Instant | undefined {
  const milliseconds = Date.parse(text);
  if (Number.isNaN(milliseconds)) return undefined;
  const instant = new Date(milliseconds).toISOString();
  return /^\d{4}-/.test(instant) && !instant.startsWith('0000-') ? instant : undefined;
}
