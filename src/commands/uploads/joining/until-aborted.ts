import { addAbortSignal } from 'node:stream';
import type { UploadContext } from '../upload-context.js';

/** A long file is hashed and copied for minutes, which is no time to wait for when the process is to end. */
export function untilAborted(context: UploadContext, signal: AbortSignal): UploadContext {
  const { blobs } = context;
  return {
    ...context,
    blobs: {
      ...blobs,
      read: async (key, range) => addAbortSignal(signal, await blobs.read(key, range)),
      finish: (key, from, joining) => blobs.finish(key, from, { ...joining, signal }),
      readGrowing: async (key, start) => addAbortSignal(signal, await blobs.readGrowing(key, start)),
    },
  };
}
