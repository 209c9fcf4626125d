import { invalid } from '../../../core/errors.js';
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
  /** Comma-separated. */
  readonly tags?: string | undefined;
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
  const title = clean(declared.title ?? '') || filename;
  const description = declared.description?.trim() ?? '';
  const tags = [...new Set((declared.tags ?? '').split(',').map(clean))].filter((tag) => tag !== '');
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
  return { filename, contentType: contentTypeOf(declared.filetype), title, description, tags, sha256 };
}

/** Lower-case hex, null when none is declared. Throws `invalid_sha256`. */
function toSha256(declared: string | undefined): string | null {
  const sha256 = declared?.trim().toLowerCase() || null;
  if (sha256 === null || /^[0-9a-f]{64}$/.test(sha256)) return sha256;
  throw invalid('invalid_sha256', 'A SHA-256 is 64 hexadecimal digits');
}

/** What would break a line, or show text in another order than it is written. Joiners stay: scripts and emoji need them. */
const BREAKING = /[\p{Cc}\p{Zl}\p{Zp}]+/gu;
const MISLEADING = /[\p{Cs}\p{Bidi_Control}\uFEFF\uFFF9-\uFFFB]+/gu;

const clean = (text: string): string => text.replaceAll(MISLEADING, '').replaceAll(BREAKING, ' ').trim();

/** A hint only: what the file is, its bytes will tell. So a strange one is dropped rather than refused. */
function contentTypeOf(declared: string | undefined): string | null {
  const type = declared?.trim().toLowerCase() ?? '';
  return type.length <= 255 && /^[\w.+-]+\/[\w.+-]+(?:\s*;.*)?$/.test(type) ? type : null;
}

const maximumNameCharacters = 200;

/** The last part of whatever path was sent, without control characters: a name to show, never a path to open. */
export function safeFilename(filename: string): string {
  const last = filename.normalize('NFC').split(/[/\\]/).at(-1) ?? '';
  const name = last.replaceAll(BREAKING, '').replaceAll(MISLEADING, '').trim().replace(/^\.+/, '');
  return /[^\p{Cf}\p{Z}]/u.test(name) ? shorten(name) : 'file';
}

/** Its end goes, but for the extension; never half of what is read as one character. */
function shorten(name: string): string {
  if ([...name].length <= maximumNameCharacters) return name;
  const extension = /\.[^.\s]{1,16}$/u.exec(name)?.[0] ?? '';
  const stem = name.slice(0, name.length - extension.length);
  const room = maximumNameCharacters - [...extension].length;
  let kept = '';
  let used = 0;
  for (const { segment } of new Intl.Segmenter().segment(stem)) {
    used += [...segment].length;
    if (used > room) break;
    kept += segment;
  }
  // One character of hundreds of marks is none that anybody reads.
  return (kept.trimEnd() || [...stem].slice(0, room).join('')) + extension;
}
