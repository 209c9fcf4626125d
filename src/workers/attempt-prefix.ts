import type { AttemptOf } from '../domain/media/media-commands.js';

/**
 * Where an attempt keeps what it made. No two attempts share a place, so a late one overwrites nothing; the event
 * that names the place is what promotes it.
 */
export const attemptPrefix = ({ mediaId, jobId, attempt }: AttemptOf, what: string): string =>
  `media/${mediaId}/${what}/${jobId}-${attempt}`;
