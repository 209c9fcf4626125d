import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';
import { invalid, MediaFlowError, unavailable, unsupported } from '../../core/errors.js';
import type { BodyPart } from '../../http/endpoint.js';

/** Of a client that vanishes without a word, this is the only sign. Within a file, whoever takes the bytes looks out for it. */
const SILENCE_SECONDS = 60;

/**
 * The parts of a multipart body in the order the client sent them. What is wrong with the body is told as such; one that
 * falls silent between its parts is cut off.
 */
export async function* requestParts(
  request: FastifyRequest,
  silenceSeconds = SILENCE_SECONDS,
): AsyncGenerator<BodyPart> {
  if (!request.isMultipart()) throw unsupported('multipart_expected', 'Send this as multipart/form-data.');
  const silence = cutOffSilent(request.raw, silenceSeconds);
  try {
    for await (const part of request.parts()) {
      silence.tolerate();
      if (part.type === 'file')
        yield {
          field: part.fieldname,
          filename: asWritten(part.filename),
          contentType: part.mimetype || null,
          bytes: part.file,
          errorOf: (error) => formError(error, request),
        };
      else yield { field: part.fieldname, value: fieldText(part.fieldname, part.value) };
      silence.watch();
    }
  } catch (error) {
    throw formError(error, request);
  } finally {
    silence.tolerate();
  }
}

/** Browsers send a quote and the ends of lines within a name like this, and nothing else (HTML, 4.10.21.8). */
const asWritten = (name: string): string =>
  name.replaceAll(/%(?:22|0D|0A)/gi, (escaped) => decodeURIComponent(escaped));

/** A part that calls itself JSON comes parsed: a list is what commas would have parted, an object is no text. */
function fieldText(field: string, value: unknown): string {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    throw invalid('invalid_field', `The field "${field}" is no text.`);
  // However lines were ended, browsers end them like this.
  return String(value).replaceAll('\r\n', '\n');
}

/** Ends a request whose connection brings nothing for so long, as long as it is watched; it is from the start. */
function cutOffSilent(raw: IncomingMessage, seconds: number) {
  let timer: NodeJS.Timeout;
  const watch = () => {
    const { bytesRead } = raw.socket;
    timer = setTimeout(() => {
      if (raw.socket.bytesRead > bytesRead) watch();
      else raw.destroy();
    }, seconds * 1000);
  };
  watch();
  return { watch, tolerate: () => clearTimeout(timer) };
}

function formError(error: unknown, request: FastifyRequest): MediaFlowError {
  if (error instanceof MediaFlowError) return error;
  const { code = '' } = (error ?? {}) as { readonly code?: string };
  if (code === 'FST_FILES_LIMIT') return invalid('several_files', 'Send one file a request.');
  if (code === 'FST_FIELDS_LIMIT') return invalid('too_many_fields', 'The form has too many fields.');
  if (code === 'FST_PROTO_VIOLATION') return invalid('unknown_field', 'The form has an unknown field.');
  // A connection that breaks off is the client's to repeat; whatever else the parser says is wrong for good.
  if (request.raw.destroyed && !request.raw.readableEnded)
    return unavailable('upload_interrupted', 'The connection ended early', {}, error);
  return invalid('malformed_multipart', 'The body is no well-formed multipart/form-data.');
}
