/** `tasteOf` of a row of `viewer_activity`, as SQL. */
export const TASTE = `
  0.3 * least(plays, 3) + completes + 1.5 * likes - 2 * dislikes + 0.5 * coalesce(progress, 0)
  + coalesce((rating - 2.5) / 2.5 * 1.5, 0)`;
