import { LONGEST_PAUSE_SECONDS } from '../../../core/saga-store.js';

/** SQL: whether it is time for another try, at `now`. */
export const isDue = (column: string, now: string): string =>
  `(${column} <= ${now} or ${column} > ${now}::timestamptz + ${LONGEST_PAUSE_SECONDS} * interval '1 second')`;
