/** ISO 8601 UTC instant, e.g. `2026-11-21T09:30:00.000Z`. */
export type Instant = string;

/** The instant `seconds` after `instant`. Pure: both are data. */
export const addSeconds = (instant: Instant, seconds: number): Instant =>
  new Date(Date.parse(instant) + seconds * 1000).toISOString();

/** Seconds from `earlier` to `later`, negative when they are the other way round. */
export const secondsBetween = (earlier: Instant, later: Instant): number =>
  (Date.parse(later) - Date.parse(earlier)) / 1000;
