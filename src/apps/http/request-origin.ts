import { DEFAULT_TENANT, type RequestOrigin } from '../../core/request-origin.js';
import { traceparentOf } from '../../core/traceparent.js';

/** What a request's headers (lower-case names) say of where it comes from. */
export const requestOriginOf = (headers: { readonly traceparent?: string | undefined }): RequestOrigin => ({
  tenantId: DEFAULT_TENANT,
  traceparent: traceparentOf(headers.traceparent),
});
