import type { Readable } from 'node:stream';

/** What tells whether a file at an address is still the same; both null where the server says nothing of it. */
export interface SourceValidators {
  readonly etag: string | null;
  readonly lastModified: string | null;
}

/** What the server of an address begins to send. */
export interface SourceAnswer extends SourceValidators {
  /** 0, or the offset that was asked for: the file is the same then. */
  readonly startsAtBytes: number;
  /** Of the whole file; null where the server does not say. */
  readonly sizeBytes: number | null;
  /** As the server has it, unchecked; null where it says nothing. */
  readonly filename: string | null;
  readonly contentType: string | null;
  /** To be read to its end or destroyed. It fails where the connection ends before all has come. */
  readonly bytes: Readable;
}

/** The rest of a file of which so many bytes are here already. */
export interface SourceRest extends SourceValidators {
  readonly offsetBytes: number;
}

/** The port to files at addresses of others. */
export interface FileSource {
  /**
   * Throws `invalid_source_url`, and `forbidden_source` as far as the address alone tells: where a name leads is known when it
   * is opened.
   */
  assertAllowed(url: string): void;
  /**
   * Asks for a file, or for the rest of it if it is still the same: `whole` says that there is no more of it. Throws
   * `invalid_source_url`, `forbidden_source`, `source_refused`, `source_not_a_file`, `source_encoded`, `source_redirects`, or
   * `source_unavailable` (`details.retryAfterSeconds` where the server says when), and the signal's reason. No error tells
   * anything of the address: it may be a secret.
   */
  open(
    url: string,
    options: { readonly rest?: SourceRest | undefined; readonly signal: AbortSignal },
  ): Promise<SourceAnswer | 'whole'>;
}
