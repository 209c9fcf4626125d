import { createHash } from 'node:crypto';
import { invalid } from '../../../core/errors.js';
import { checksumMismatch } from '../upload-errors.js';

export const checksumAlgorithms = ['sha1', 'sha256', 'md5'] as const;

export interface Checksum {
  readonly algorithm: string;
  /** Base64. */
  readonly digest: string;
}

/** What the bytes of a request are to be compared with once they are all here. */
export interface ExpectedChecksum {
  /** Those it can be of. */
  readonly algorithms: readonly string[];
  /** Known once the body is read. Throws `invalid_checksum`, `unsupported_checksum_algorithm`. */
  told(): Checksum;
}

/** `<algorithm> <base64>`. Throws `invalid_checksum`, `unsupported_checksum_algorithm`. */
export function parseChecksum(header: string): Checksum {
  const [algorithm = '', digest = '', ...more] = header.trim().split(' ');
  if (algorithm === '')
    throw invalid('invalid_checksum', 'The Upload-Checksum that was announced is missing');
  if (!checksumAlgorithms.some((known) => known === algorithm)) {
    throw invalid(
      'unsupported_checksum_algorithm',
      `Checksums can be ${checksumAlgorithms.join(', ')}, not ${JSON.stringify(algorithm)}`,
    );
  }
  if (more.length > 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(digest)) {
    throw invalid('invalid_checksum', 'Upload-Checksum is an algorithm and a digest in base64');
  }
  return { algorithm, digest };
}

export interface Comparison {
  update(bytes: Uint8Array): void;
  /** Throws `checksum_mismatch`, and what `told` throws. */
  compare(): void;
}

/** Compares bytes that pass by with their checksum, if there is one. */
export function comparisonWith(expected: ExpectedChecksum | null): Comparison {
  if (expected === null) return { update() {}, compare() {} };
  const hashes = expected.algorithms.map((algorithm) => ({ algorithm, hash: createHash(algorithm) }));
  return {
    update(bytes) {
      for (const { hash } of hashes) hash.update(bytes);
    },
    compare() {
      const { algorithm, digest } = expected.told();
      const running = hashes.find((candidate) => candidate.algorithm === algorithm);
      const actual = running?.hash.digest('base64') ?? '';
      if (actual === digest) return;
      throw checksumMismatch('These bytes do not match their Upload-Checksum; none of them count', {
        expected: digest,
        actual,
      });
    },
  };
}
