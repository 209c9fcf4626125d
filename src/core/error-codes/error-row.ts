/** What kind of trouble it is; the HTTP side maps a kind to a status, the job runner to retry or give up. */
export type ErrorKind =
  | 'invalid' // the request is wrong and stays wrong
  | 'unauthorized'
  | 'not-found'
  | 'conflict' // right in itself, but not in the present state
  | 'too-large'
  | 'unsupported' // a type or format we do not take
  | 'too-many' // of what this caller may have or do at once; fewer later are fine
  | 'storage-full'
  | 'unavailable' // try again later
  | 'internal';

/** What a stable code means to whoever meets it. */
export interface ErrorRow {
  /** Those it is thrown with; none when it is never thrown, but answered or written down by itself. */
  readonly kinds: readonly ErrorKind[];
  /** All it is answered with, where its kinds do not say so: the HTTP side refuses with a status of its own. */
  readonly statuses?: readonly number[];
  /** What has happened and what to do, for a client's author or an operator. */
  readonly advice: string;
}

/** The codes of one part of the product. */
export type ErrorRoom = Readonly<Record<string, ErrorRow>>;
