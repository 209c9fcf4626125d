import { invalid } from '../../../core/errors.js';
import type { Checksum, ExpectedChecksum } from '../receiving/expected-checksum.js';
import { headerOf, type TusRequest } from './tus-messages.js';

export const checksumAlgorithms = ['sha1', 'sha256', 'md5'] as const;

/**
 * The checksum of a request, null when it has none: `Upload-Checksum: <algorithm> <base64>` before its bytes, or behind
 * them where a `Trailer` announces it. Throws `invalid_checksum`, `unsupported_checksum_algorithm`.
 */
export function checksumOf(request: TusRequest): ExpectedChecksum | null {
  const header = headerOf(request, 'upload-checksum');
  if (header !== undefined) {
    const checksum = parseChecksum(header);
    return { algorithms: [checksum.algorithm], told: () => checksum };
  }
  const announced = (headerOf(request, 'trailer') ?? '').toLowerCase().split(',');
  if (!announced.some((name) => name.trim() === 'upload-checksum')) return null;
  return {
    // Which it is, the trailer will tell.
    algorithms: checksumAlgorithms,
    told: () => parseChecksum(request.trailers?.()['upload-checksum'] ?? ''),
  };
}

function parseChecksum(header: string): Checksum {
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
