import { invalid, MediaFlowError, messageOf, unavailable } from '../../core/errors.js';

/** What the SDK throws, as far as it can be counted on. */
interface S3Error extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const statusOf = (error: unknown): number | undefined => (error as S3Error).$metadata?.httpStatusCode;
const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');

/** There is no such object, or none that is still begun; a bucket that is missing is another matter. */
export const isMissing = (error: unknown): boolean =>
  ['NoSuchKey', 'NotFound', 'NoSuchUpload'].includes(nameOf(error)) ||
  (statusOf(error) === 404 && nameOf(error) !== 'NoSuchBucket');

/** There is one already, or another is just being put. */
export const isThereAlready = (error: unknown): boolean => [409, 412].includes(statusOf(error) ?? 0);

const NO_ROOM = ['QuotaExceeded', 'InsufficientStorage', 'XMinioStorageFull', 'NoSpaceLeft'];

/** Refused for what was asked, which the same again would be too. */
const isRefusal = (error: unknown): boolean => {
  const status = statusOf(error) ?? 0;
  // What may be wrong with keys, roles and buckets is for the operator to mend, and then passes.
  return status >= 400 && status < 500 && ![401, 403, 404, 408, 409, 429].includes(status);
};

/** Whether the same again, a moment later, may well succeed. */
export const isPassingS3 = (error: unknown): boolean => !isMissing(error) && !isRefusal(error);

/** The one place that knows which of S3's errors pass. What is told already, or was thrown by us, stays as it is. */
export function tellS3Error(error: unknown): unknown {
  if (error instanceof MediaFlowError || error instanceof TypeError || error instanceof RangeError)
    return error;
  if (nameOf(error) === 'InvalidRange' || statusOf(error) === 416)
    return invalid('invalid_range', 'These bytes are beyond the end of the object');
  if (NO_ROOM.includes(nameOf(error)) || statusOf(error) === 507)
    return new MediaFlowError(
      'storage-full',
      'storage_full',
      'The S3 server has no room left',
      {},
      { cause: error },
    );
  if (isRefusal(error)) return error;
  const what = `The S3 server cannot be used (${nameOf(error)}: ${messageOf(error)})`;
  return unavailable('blob_store_unavailable', what, {}, error);
}

export async function inOurWords<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw tellS3Error(error);
  }
}
