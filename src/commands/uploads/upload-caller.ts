import type { UploadCaller, UploadRecord } from '../../core/upload-ledger.js';

/** These fields of a request or an upload. */
export const callerOf = ({ actor, tenantId, traceparent }: UploadCaller): UploadCaller => ({
  ...{ actor, tenantId, traceparent },
});

/** An upload that a request completes: what comes of that belongs to the request's trace, where it has one. */
export const inTraceOf = (
  upload: UploadRecord,
  { traceparent }: Pick<UploadCaller, 'traceparent'>,
): UploadRecord => (traceparent === null ? upload : { ...upload, traceparent });
