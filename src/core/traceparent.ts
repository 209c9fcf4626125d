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
