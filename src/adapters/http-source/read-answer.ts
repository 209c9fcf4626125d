import type { IncomingMessage } from 'node:http';
import { type MediaFlowError, unavailable, unsupported } from '../../core/errors.js';
import type { SourceAnswer, SourceRest, SourceValidators } from '../../core/file-source.js';
import { filenameOf } from './disposition.js';

/** Of what passes by itself: too early, too slow, too many, and all that is wrong on the server's side. */
const PASSING: readonly number[] = [408, 425, 429];
const LONGEST_PAUSE_SECONDS = 3600;

/**
 * What a server that was asked for a file, or for the rest of it, says with its answer. Throws what `FileSource.open` does; who
 * catches it ends the connection.
 */
export function readAnswer(response: IncomingMessage, rest: SourceRest | undefined): SourceAnswer | 'whole' {
  const { statusCode: status = 0, headers } = response;
  // It says so only of a file that is the same still.
  if (status === 416 && rest && headers['content-range'] === `bytes */${rest.offsetBytes}`) return 'whole';
  const isPart = status === 206 && rest !== undefined;
  if (status !== 200 && !isPart) throw refusal(status, headers['retry-after']);
  if (isEncoded(headers))
    throw unsupported('source_encoded', 'The server sends the file compressed, though it was not asked to.');
  const contentType = headers['content-type'] ?? null;
  if (/^\s*(?:text\/html|application\/xhtml\+xml)\b/i.test(contentType ?? ''))
    throw unsupported('source_not_a_file', 'The address leads to a web page, not to a file.');
  const validators = validatorsOf(headers);
  return {
    ...validators,
    ...(isPart
      ? placeOf(headers['content-range'], rest, validators)
      : { startsAtBytes: 0, sizeBytes: lengthOf(headers) }),
    filename: filenameOf(headers['content-disposition'] ?? ''),
    ...{ contentType, bytes: response },
  };
}

/** As a whole, or on its way: of the latter nobody takes anything off but the chunks. */
const isEncoded = (headers: IncomingMessage['headers']): boolean =>
  (headers['content-encoding'] ?? 'identity').toLowerCase() !== 'identity' ||
  (headers['transfer-encoding'] ?? 'chunked').toLowerCase() !== 'chunked';

/** Thrown when the part that came is not the one that was asked for: the file is asked for anew. */
export class OtherPartError extends Error {
  override readonly name = 'OtherPartError';
}

function placeOf(
  contentRange: string | undefined,
  rest: SourceRest,
  { etag, lastModified }: SourceValidators,
) {
  const [, start, , total] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(contentRange ?? '') ?? [];
  // Some servers know ranges and no conditions.
  const isOther =
    (etag ?? rest.etag) !== rest.etag || (lastModified ?? rest.lastModified) !== rest.lastModified;
  if (Number(start) !== rest.offsetBytes || isOther) throw new OtherPartError();
  return { startsAtBytes: rest.offsetBytes, sizeBytes: total === '*' ? null : Number(total) };
}

const lengthOf = (headers: IncomingMessage['headers']): number | null =>
  headers['content-length'] === undefined ? null : Number(headers['content-length']);

/** Those by which a part can be asked for (RFC 9110, 13.1.5): no weak tag, and no date of the second in which it was sent. */
function validatorsOf({
  etag,
  date,
  'last-modified': lastModified,
}: IncomingMessage['headers']): SourceValidators {
  const isStrongDate = Date.parse(date ?? '') - Date.parse(lastModified ?? '') >= 1000;
  return {
    etag: etag?.startsWith('"') ? etag : null,
    lastModified: lastModified !== undefined && isStrongDate ? lastModified : null,
  };
}

function refusal(status: number, retryAfter: string | undefined): MediaFlowError {
  const message = `The server of the address answers ${status}.`;
  if (status < 500 && !PASSING.includes(status)) return unsupported('source_refused', message, { status });
  const seconds = secondsUntil(retryAfter);
  return unavailable('source_unavailable', message, {
    ...{ status, ...(seconds !== null && { retryAfterSeconds: seconds }) },
  });
}

/** `Retry-After` is seconds or a date; what lies further off than anybody waits is taken for that. */
function secondsUntil(retryAfter: string | undefined): number | null {
  if (retryAfter === undefined) return null;
  const seconds = /^\d+$/.test(retryAfter)
    ? Number(retryAfter)
    : Math.ceil((Date.parse(retryAfter) - Date.now()) / 1000);
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), LONGEST_PAUSE_SECONDS) : null;
}
