import { invalid, MediaFlowError } from '../../../core/errors.js';
import { traceIdOf } from '../../../core/traceparent.js';
import { closeUpload, type EndReason, findUpload } from '../lifecycle/lifecycle.js';
import { sizeOfOriginal } from '../lifecycle/new-upload.js';
import { checksumAlgorithms } from '../receiving/checksums.js';
import type { UploadContext } from '../upload-context.js';
import { partJoined, uploadGone, uploadNotFound } from '../upload-errors.js';
import { postUpload } from './creation.js';
import { headUpload } from './head.js';
import { patchUpload } from './patch.js';
import {
  headerOf,
  positionHeader,
  problemResponse,
  type TusRequest,
  type TusResponse,
  tusVersion,
  uploadIdIn,
} from './tus-messages.js';

export type TusHandler = (request: TusRequest) => Promise<TusResponse>;

/**
 * The resumable upload protocol tus 1.0, whatever the HTTP server. Never throws: errors are problem documents with
 * the statuses the protocol asks for.
 */
export function createTusHandler(context: UploadContext): TusHandler {
  return async (request) => {
    const method = methodOf(request);
    const response = await answer(method, request).catch((error: unknown) => {
      const problem = problemResponse(error);
      if (problem.status === 500)
        context.logger.error(
          { err: error, method, path: request.path, traceId: traceIdOf(request.traceparent) },
          'Upload failed',
        );
      return problem;
    });
    const { body, ...head } = response;
    const headers = { 'Tus-Resumable': tusVersion, 'cache-control': 'no-store', ...response.headers };
    return body === undefined || method === 'HEAD' ? { ...head, headers } : { ...head, headers, body };
  };

  async function answer(method: string, request: TusRequest): Promise<TusResponse> {
    if (method === 'OPTIONS') return describeProtocol(context);
    if (headerOf(request, 'tus-resumable') !== tusVersion) {
      throw invalid('unsupported_tus_version', `Only tus ${tusVersion} is spoken here`);
    }
    const path = request.path.split('?')[0]?.replace(/\/$/, '') ?? '';
    if (path === context.basePath) {
      if (method === 'POST') return postUpload(context, request);
      throw methodNotAllowed(method, ['OPTIONS', 'POST']);
    }
    const id = uploadIdIn(path, context.basePath);
    if (id === undefined) throw uploadNotFound(path.split('/').at(-1) ?? '');
    switch (method) {
      case 'HEAD':
        return headUpload(context, id);
      case 'PATCH':
        return patchUpload(context, request, id);
      case 'DELETE':
        return deleteUpload(context, request, id);
      default:
        throw methodNotAllowed(method, ['DELETE', 'HEAD', 'OPTIONS', 'PATCH']);
    }
  }
}

/**
 * The method that is meant. Only POST stands for another, and never for OPTIONS: whoever mounts this lets OPTIONS pass
 * without a key, which must not carry anything else in, and a page can make a browser send HEAD without asking.
 */
const methodOf = (request: TusRequest): string => {
  const method = request.method.toUpperCase();
  const meant = headerOf(request, 'x-http-method-override')?.toUpperCase();
  return method === 'POST' && meant !== undefined && meant !== 'OPTIONS' ? meant : method;
};

const methodNotAllowed = (method: string, allowed: string[]) =>
  new MediaFlowError('invalid', 'method_not_allowed', `${method} has no meaning here`, { allowed });

const extensions = [
  'creation',
  'creation-with-upload',
  'creation-defer-length',
  'termination',
  'expiration',
  'checksum',
  'checksum-trailer',
  'concatenation',
];

/** What of the protocol there is. */
export const describeProtocol = ({ limits }: UploadContext): TusResponse => ({
  status: 204,
  headers: {
    'Tus-Version': tusVersion,
    'Tus-Extension': extensions.join(','),
    'Tus-Max-Size': String(limits.maximumSizeBytes),
    'Tus-Checksum-Algorithm': checksumAlgorithms.join(','),
  },
});

/**
 * Termination. A request that bytes still come in with is told that it is gone. Of a completed upload the item is deleted: a
 * client that cancels may not have heard yet that every byte has come.
 */
export async function deleteUpload(
  context: UploadContext,
  request: TusRequest,
  id: string,
): Promise<TusResponse> {
  const { hooks, ledger, transfers } = context;
  const reason: EndReason = { code: 'upload_terminated', message: 'The client gave this upload up' };
  const found = await findUpload(context, id);
  if (found.joinedInto !== null) throw partJoined(id);
  const position = await transfers.takingOver(id, uploadGone({ ...found, reason }), async () => {
    const upload = await findUpload(context, id);
    if (upload.joinedInto !== null) throw partJoined(id);
    // Its blob may be there, and its item published, before the ledger has heard.
    if (upload.state !== 'completed' && (await sizeOfOriginal(context, id)) === null) {
      await closeUpload(context, upload, reason, request);
      return null;
    }
    const deleted = await hooks.deleted({ mediaId: id }, request);
    await ledger.change(id, upload.state, { state: 'closed', reason });
    return deleted.position;
  });
  return { status: 204, headers: positionHeader(position) };
}
