import { type Instant, secondsBetween } from './time.js';

const FORMAT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const ZEROS = /^0+$/;

/**
 * A `traceparent` header as it may be kept, or null: one that is malformed says nothing of where a request came from. One
 * of a later version than 00 is read as far as its beginning means the same (W3C Trace Context, "Versioning").
 */
export function traceparentOf(header: string | undefined): string | null {
  if (header === undefined) return null;
  const [, version, traceId = '', parentId = '', flags, more] = FORMAT.exec(header.trim()) ?? [];
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined)) return null;
  if (ZEROS.test(traceId) || ZEROS.test(parentId)) return null;
  return `00-${traceId}-${parentId}-${flags}`;
}

/** The trace that a `traceparent` names, as logs have it. */
export const traceIdOf = (traceparent: string | null): string | undefined => traceparent?.slice(3, 35);

/** Whether the trace is collected: what points to one that is not leads nowhere. */
export const isSampled = (traceparent: string): boolean =>
  (Number.parseInt(traceparent.slice(53, 55), 16) & 1) === 1;

/** What is older is being caught up on: nobody waits for it, and whoever looks at its trace has done so. */
const RECENT_SECONDS = 600;

/** The trace of something at `at`, for what comes of it; null for what is only caught up on. */
export const recentTrace = (traceparent: string | null, at: Instant, now: Instant): string | null =>
  traceparent !== null && secondsBetween(at, now) < RECENT_SECONDS ? traceparent : null;
