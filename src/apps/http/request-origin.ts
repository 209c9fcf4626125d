import { DEFAULT_TENANT, type RequestOrigin } from '../../core/request-origin.js';
import { traceparentOf } from '../../core/traceparent.js';

/** What a request's headers (lower-case names) say of where it comes from. */
export const requestOriginOf = ({
  traceparent,
}: Readonly<Record<string, string | readonly string[] | undefined>>): RequestOrigin => ({
  tenantId: DEFAULT_TENANT,
  traceparent: typeof traceparent === 'string' ? traceparentOf(traceparent) : null,
});
