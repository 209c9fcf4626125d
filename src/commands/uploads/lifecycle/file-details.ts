import { invalid } from '../../../core/errors.js';
import { declaredContentType } from '../../../domain/media/content-type.js';
import { oneLine, safeFilename } from '../../../domain/media/safe-filename.js';
import { detailLimits } from '../../media-details.js';

/** What a client says of a file, checked. */
export interface FileDetails {
  readonly filename: string;
  readonly contentType: string | null;
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  /** Lower-case hex. */
  readonly sha256: string | null;
}

/** The same as it comes in, from a tus header or a form. */
export interface DeclaredDetails {
  readonly filename?: string | undefined;
  readonly filetype?: string | undefined;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  /** Comma-separated, where they are no list. */
  readonly tags?: string | readonly string[] | undefined;
  readonly sha256?: string | undefined;
}

const maximumHeaderCharacters = 16 * 1024;

const bad = (message: string) => invalid('invalid_upload_metadata', message);

/** Reads an `Upload-Metadata` header (`key base64,key base64`). Throws `invalid_upload_metadata`. */
export function parseUploadMetadata(header: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  if (header.trim() === '') return found;
  if (header.length > maximumHeaderCharacters) throw bad('Upload-Metadata is too long');
  for (const pair of header.split(',')) {
    const [key = '', value = '', ...more] = pair.trim().split(' ');
    if (!/^[\x21-\x7e]+$/.test(key) || more.length > 0)
      throw bad(`Not a metadata pair: ${JSON.stringify(pair)}`);
    if (found.has(key)) throw bad(`Metadata ${key} is given twice`);
    found.set(key, decode(key, value));
  }
  return found;
}

function decode(key: string, value: string): string {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(value)) {
    throw bad(`Metadata ${key} is not base64`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(value, 'base64'));
  } catch {
    throw bad(`Metadata ${key} is not UTF-8`);
  }
}

/** What an `Upload-Metadata` header says of a file, checked. */
export const detailsOf = (header: string): FileDetails =>
  toFileDetails(Object.fromEntries(parseUploadMetadata(header)));

/** What tells two requests apart that should be the same, beside the bytes and their checksum. */
export const detailsText = ({ filename, contentType, title, description, tags }: FileDetails): string =>
  JSON.stringify([filename, contentType, title, description, tags]);

/**
 * Checks what a client declares; a title it leaves out is the file's name. Throws `invalid_upload_metadata`,
 * `invalid_sha256`.
 */
export function toFileDetails(declared: DeclaredDetails): FileDetails {
  const filename = safeFilename(declared.filename ?? '');
  const title = oneLine(declared.title ?? '') || filename;
  const description = declared.description?.trim() ?? '';
  const list = typeof declared.tags === 'string' ? declared.tags.split(',') : (declared.tags ?? []);
  const tags = [...new Set(list.map(oneLine))].filter((tag) => tag !== '');
  if (title.length > detailLimits.titleCharacters) {
    throw bad(`A title has at most ${detailLimits.titleCharacters} characters`);
  }
  if (description.length > detailLimits.descriptionCharacters) {
    throw bad(`A description has at most ${detailLimits.descriptionCharacters} characters`);
  }
  if (description.includes('\0')) throw bad('A description has no NUL characters');
  if (tags.length > detailLimits.tags || tags.some((tag) => tag.length > detailLimits.tagCharacters)) {
    throw bad(`There are at most ${detailLimits.tags} tags of ${detailLimits.tagCharacters} characters`);
  }
  const sha256 = toSha256(declared.sha256);
  return { filename, contentType: declaredContentType(declared.filetype), title, description, tags, sha256 };
}

/** Lower-case hex, null when none is declared. Throws `invalid_sha256`. */
function toSha256(declared: string | undefined): string | null {
  const sha256 = declared?.trim().toLowerCase() || null;
  if (sha256 === null || /^[0-9a-f]{64}$/.test(sha256)) return sha256;
  throw invalid('invalid_sha256', 'A SHA-256 is 64 hexadecimal digits');
}
