import { invalid } from '../../core/errors.js';
import { takeBytes } from './take-bytes.js';
import { bytesHeader } from './tus-headers.js';
import type { TusRequest, TusResponse } from './tus-messages.js';
import { positionHeader, progressHeaders } from './tus-responses.js';
import type { UploadContext } from './upload-context.js';

/** More bytes of an upload. */
export async function patchUpload(
  context: UploadContext,
  request: TusRequest,
  id: string,
): Promise<TusResponse> {
  const offset = bytesHeader(request, 'upload-offset');
  if (offset === undefined)
    throw invalid('invalid_header', 'Upload-Offset is needed', { header: 'upload-offset' });
  const { upload, sizeBytes, position } = await takeBytes(context, request, id, offset);
  return { status: 204, headers: { ...progressHeaders(upload, sizeBytes), ...positionHeader(position) } };
}
