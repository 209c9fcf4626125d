import { invalid } from './errors.js';

const segmentPattern = /^[A-Za-z0-9._-]+$/;
const maximumSegmentCharacters = 200;
/** Below the 1024 bytes of S3, so that a store may put its own prefix in front. */
const maximumKeyCharacters = 800;

/**
 * Refuses what is no blob key: relative, `/`-separated, of 1..200 [A-Za-z0-9._-] a segment, never `.` or `..`,
 * at most 800 characters. Every adapter calls it first, so that no key can name anything outside the store.
 * Throws `invalid_blob_key`.
 */
export function assertBlobKey(key: string): void {
  if (key.length > maximumKeyCharacters) {
    throw invalid('invalid_blob_key', `A blob key has at most ${maximumKeyCharacters} characters`);
  }
  for (const segment of key.split('/')) {
    if (segment === '.' || segment === '..' || !segmentPattern.test(segment)) {
      throw invalid('invalid_blob_key', `Not a blob key: ${JSON.stringify(key)}`, { key });
    }
    if (segment.length > maximumSegmentCharacters) {
      throw invalid(
        'invalid_blob_key',
        `A segment of a blob key has at most ${maximumSegmentCharacters} characters`,
        {
          key,
        },
      );
    }
  }
}
