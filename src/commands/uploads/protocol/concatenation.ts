import { conflict, invalid } from '../../../core/errors.js';
import type { UploadRecord } from '../../../core/upload-ledger.js';
import { receivedBytes } from '../lifecycle/lifecycle.js';
import type { UploadContext } from '../upload-context.js';
import { partJoined } from '../upload-errors.js';
import { headerOf, type TusRequest, uploadIdIn } from './tus-messages.js';

const maximumParts = 1000;

export type Concatenation =
  | { readonly kind: 'whole' | 'partial' }
  | { readonly kind: 'final'; readonly parts: readonly string[]; readonly asSent: string };

/** `Upload-Concat: partial` or `final;/v1/uploads/a /v1/uploads/b`. Throws `invalid_upload_concat`. */
export function concatenationOf(request: TusRequest, basePath: string): Concatenation {
  const asSent = headerOf(request, 'upload-concat');
  if (asSent === undefined) return { kind: 'whole' };
  const header = asSent.trim();
  if (header === 'partial') return { kind: 'partial' };
  if (!header.startsWith('final;')) throw bad('Upload-Concat is partial or final;<urls>');
  const urls = header.slice('final;'.length).split(' ').filter(Boolean);
  if (urls.length === 0 || urls.length > maximumParts) {
    throw bad(`A final upload joins 1 to ${maximumParts} partial ones`);
  }
  const parts = urls.map((url) => {
    const id = uploadIdIn(url, basePath);
    if (id === undefined) throw bad(`Not the URL of an upload here: ${url}`);
    return id;
  });
  return { kind: 'final', parts, asSent };
}

/** The header as it was sent for an upload, or what it meant where that is not known any more. */
export function concatenationHeader(upload: UploadRecord, basePath: string): Record<string, string> {
  if (upload.kind === 'partial') return { 'Upload-Concat': 'partial' };
  if (upload.kind !== 'final') return {};
  return {
    'Upload-Concat':
      upload.concatAsSent ?? `final;${upload.parts.map((id) => `${basePath}/${id}`).join(' ')}`,
  };
}

/** Size of all parts together; one may be there several times. Throws `part_not_found`, `part_joined`, `part_incomplete`. */
export async function sizeOfParts(context: UploadContext, parts: readonly string[]): Promise<number> {
  const sizes = new Map<string, number>();
  for (const id of new Set(parts)) {
    const part = await context.ledger.find(id);
    if (part?.kind === 'partial' && part.joinedInto !== null) throw partJoined(id);
    if (part?.kind !== 'partial' || part.state !== 'open') {
      throw invalid('part_not_found', `There is no partial upload ${id}`, { id });
    }
    if (part.lengthBytes === null || (await receivedBytes(context, part)) !== part.lengthBytes) {
      throw conflict('part_incomplete', `The partial upload ${id} is not complete yet`, { id });
    }
    sizes.set(id, part.lengthBytes);
  }
  return parts.reduce((sum, id) => sum + (sizes.get(id) ?? 0), 0);
}

const bad = (message: string) => invalid('invalid_upload_concat', message);
