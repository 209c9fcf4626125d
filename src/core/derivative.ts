import type { z } from 'zod';
import type { CodeOf } from './error-codes/index.js';
import type { JsonObject } from './json.js';

/** A kind of file that a step makes of an item to be served as it is. */
export interface DerivativeKind {
  /** Its address below the item's, and its name: `preview.gif`. Where there may be several, a folder: `subtitles/:file`. */
  readonly path: string;
  /** Of several, by the ending of their names. */
  readonly contentType: string | Readonly<Record<string, string>>;
  /** Of several: all names that one may have, and what whoever asks for any other is told. */
  readonly names?: { readonly all: readonly string[]; readonly otherCode: CodeOf<'not-found'> };
  /** A sentence for the description of the API. */
  readonly summary: string;
  /** What is told of one beside. Whoever may see the item is shown it, so nothing that is private may be in it. */
  readonly details: z.ZodObject;
  /** Of an item that has none; by default `derivative_not_found`. */
  readonly notFoundCode?: CodeOf<'not-found'>;
}

/** A file that was made of an item to be served. */
export interface Derivative {
  /** As its kind's path says. */
  readonly name: string;
  readonly contentType: string;
  /** Null of what earlier releases made without telling it. */
  readonly sizeBytes: number | null;
  readonly details: JsonObject;
}

/** What one segment of an address may be that names a file. */
export const fileNamePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,100}$/;

const SEVERAL = '/:file';

/** Whether a file of that name is of the kind. */
export function isOfKind({ path }: Pick<DerivativeKind, 'path'>, name: string): boolean {
  if (!path.endsWith(SEVERAL)) return name === path;
  const folder = path.slice(0, -':file'.length);
  return name.startsWith(folder) && fileNamePattern.test(name.slice(folder.length));
}

/** Of a file of the kind. */
export function contentTypeOf({ contentType }: Pick<DerivativeKind, 'contentType'>, name: string): string {
  if (typeof contentType === 'string') return contentType;
  return contentType[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
}

/** The name is the path itself: every item has one at the most. */
export const isOnlyOne = ({ path }: Pick<DerivativeKind, 'path'>): boolean => !path.endsWith(SEVERAL);
