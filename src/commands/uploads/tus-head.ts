import { completeUpload } from './completing.js';
import { concatenationHeader } from './concatenation.js';
import { findUpload, isWhole, receivedBytes } from './lifecycle.js';
import { progressHeaders, type TusResponse } from './tus-messages.js';
import type { UploadContext } from './upload-context.js';

/**
 * How far an upload has come. One whose bytes are all here is completed first, should that have failed before: a
 * client that is told the full size never comes back.
 */
export async function headUpload(context: UploadContext, id: string): Promise<TusResponse> {
  const { transfers, ledger } = context;
  await transfers.endStalled(id);
  let upload = await findUpload(context, id);
  let sizeBytes = await receivedBytes(context, upload);
  if (isWhole(upload, sizeBytes)) {
    await transfers.ended(id);
    const latest = await ledger.find(id);
    if (latest?.state === 'open') {
      await transfers.exclusively(id, () => completeUpload(context, latest));
    }
    upload = await findUpload(context, id);
    sizeBytes = await receivedBytes(context, upload);
  }
  return {
    status: 200,
    headers: {
      'Cache-Control': 'no-store',
      ...progressHeaders(upload, sizeBytes),
      ...(upload.lengthBytes === null
        ? { 'Upload-Defer-Length': '1' }
        : { 'Upload-Length': String(upload.lengthBytes) }),
      ...(upload.metadata === '' ? {} : { 'Upload-Metadata': upload.metadata }),
      ...concatenationHeader(upload, context.basePath),
    },
  };
}
