import { z } from 'zod';
import { mediaIdOf } from '../core/derived-ids.js';
import { invalid } from '../core/errors.js';
import { accepted, type EndpointRequest, endpoint } from '../http/endpoint.js';
import { acceptedSchema, detailLimits } from './media-details.js';
import { pullBody, requestPull } from './pull-file.js';
import type { FileToIngest, IngestedFile } from './uploads/ingest-file.js';
import { callerOf } from './uploads/upload-caller.js';

const FIELDS = ['title', 'description', 'tags', 'sha256'] as const;
type Field = (typeof FIELDS)[number];
type Fields = Partial<Record<Field, string>>;

const isField = (name: string): name is Field => (FIELDS as readonly string[]).includes(name);

export const uploadFileCommand = (
  ingestFile: (file: FileToIngest) => Promise<IngestedFile>,
  pulling: Parameters<typeof requestPull>[2],
) => [
  endpoint({
    method: 'POST',
    path: '/v1/media',
    summary:
      'Upload a file in one request, or have it fetched from an address; for large files or poor lines use tus at /v1/uploads',
    tag: 'media',
    access: 'operator',
    multipart: z.object({
      file: z.any().describe('The file'),
      title: z
        .string()
        .optional()
        .describe(`At most ${detailLimits.titleCharacters} characters; without one, the name of the file`),
      description: z.string().optional().describe(`At most ${detailLimits.descriptionCharacters} characters`),
      tags: z
        .string()
        .optional()
        .describe(
          `Separated by commas; at most ${detailLimits.tags}, of ${detailLimits.tagCharacters} characters each`,
        ),
      sha256: z
        .string()
        .optional()
        .describe('Of the file, 64 hexadecimal digits: refused when it does not match'),
    }),
    body: pullBody.optional(),
    success: {
      status: 202,
      description: 'Every byte is on stable storage; of an address, it is durable that it will be fetched',
      schema: acceptedSchema,
    },
    async handle(request) {
      if (request.body) return requestPull(request, request.body, pulling);
      const mediaId = mediaIdOf(request.commandId);
      const parts = request.parts()[Symbol.asyncIterator]();
      const before: Fields = {};
      const file = await readFields(parts, before);
      if (!file) throw invalid('file_missing', 'The form has no part named "file".');

      const { position } = await ingestFile({
        mediaId,
        bytes: file.bytes,
        errorOf: file.errorOf,
        ...callerOf(request),
        declared: { ...before, filename: file.filename, filetype: file.contentType ?? undefined },
        idempotencyKey: request.headers['idempotency-key'] ?? null,
        // Clients may send the fields behind the file.
        async declaredAfterwards() {
          const after: Fields = {};
          if (await readFields(parts, after, before))
            throw invalid('several_files', 'Send one file a request.');
          return after;
        },
      });
      return accepted(position, { mediaId });
    },
  }),
];

/** Gathers fields up to the next file part, which is returned unread; undefined at the end of the form. */
async function readFields(
  parts: ReturnType<ReturnType<EndpointRequest['parts']>[typeof Symbol.asyncIterator]>,
  fields: Fields,
  earlier: Fields = {},
) {
  for (let next = await parts.next(); !next.done; next = await parts.next()) {
    const part = next.value;
    if ('bytes' in part) {
      if (part.field === 'file') return part;
      throw invalid('unknown_field', `The form has an unknown file part "${part.field}".`);
    }
    if (part.field === 'file')
      throw invalid('file_missing', 'The part "file" came as text; with curl it is -F file=@PATH.');
    if (!isField(part.field))
      throw invalid('unknown_field', `The form has an unknown field "${part.field}".`);
    if (part.field in fields || part.field in earlier)
      throw invalid('field_repeated', `The form has the field "${part.field}" twice.`);
    fields[part.field] = part.value;
  }
  return undefined;
}
