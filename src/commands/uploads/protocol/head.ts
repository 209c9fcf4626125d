import type { UploadRecord } from '../../../core/upload-ledger.js';
import { completeUpload } from '../lifecycle/completing.js';
import { findUpload, isWhole, receivedBytes } from '../lifecycle/lifecycle.js';
import type { UploadContext } from '../upload-context.js';
import { concatenationHeader } from './concatenation.js';
import { headOfUnjoined } from './final-upload.js';
import { progressHeaders, type TusResponse } from './tus-messages.js';

/**
 * How far an upload has come, told when nobody is writing to it. One whose bytes are all here is completed first, should
 * that have failed before (what has ended or never was needs no waiting): a client that is told the full size never comes back.
 */
export async function headUpload(context: UploadContext, id: string): Promise<TusResponse> {
  const found = await findUpload(context, id);
  if (found.kind === 'final' && found.state === 'open') return headOfUnjoined(context, found);
  let { upload, sizeBytes } = await standing(context, id);
  if (isWhole(upload, sizeBytes)) {
    const complete = async () => {
      const latest = await findUpload(context, id);
      if (latest.state === 'open') await completeUpload(context, latest);
    };
    await context.transfers.exclusively(id, complete, { takesNoBytes: true });
    ({ upload, sizeBytes } = await standing(context, id));
  }
  return {
    status: 200,
    headers: {
      ...progressHeaders(upload, sizeBytes),
      ...(upload.lengthBytes === null
        ? { 'Upload-Defer-Length': '1' }
        : { 'Upload-Length': String(upload.lengthBytes) }),
      ...(upload.metadata === '' ? {} : { 'Upload-Metadata': upload.metadata }),
      ...concatenationHeader(upload, context.basePath),
    },
  };
}

interface Standing {
  readonly upload: UploadRecord;
  readonly sizeBytes: number;
}

async function standing(context: UploadContext, id: string): Promise<Standing> {
  for (;;) {
    await context.transfers.settled(id);
    const upload = await findUpload(context, id);
    const sizeBytes = await receivedBytes(context, upload);
    if (!context.transfers.isActive(id)) return { upload, sizeBytes };
  }
}
