import { z } from 'zod';
import { pulledMediaIdOf } from '../core/derived-ids.js';
import type { FileSource } from '../core/file-source.js';
import { nameInAddress } from '../domain/media/pull.js';
import { accepted, type EndpointAnswer, type EndpointRequest } from '../http/endpoint.js';
import { type Execute, fromRequest } from './execute.js';
import { descriptionSchema, tagsSchema, titleSchema } from './media-details.js';
import { toFileDetails } from './uploads/lifecycle/file-details.js';

export const pullBody = z.strictObject({
  url: z
    .string()
    .max(4096)
    .describe(
      'Address of a file, `http` or `https`, on the public internet unless the operator allows others',
    ),
  filename: z.string().max(1000).optional().describe('Without one, what the server or the address calls it'),
  title: titleSchema.optional().describe('Without one, the name of the file'),
  description: descriptionSchema.optional(),
  tags: tagsSchema.optional(),
  sha256: z
    .string()
    .max(100)
    .optional()
    .describe('Of the file, 64 hexadecimal digits: refused when it does not match'),
});

/** Announces an item whose file a worker fetches: it is answered before the first byte is here. */
export async function requestPull(
  request: EndpointRequest,
  body: z.infer<typeof pullBody>,
  { execute, source }: { readonly execute: Execute; readonly source: Pick<FileSource, 'assertAllowed'> },
): Promise<EndpointAnswer> {
  source.assertAllowed(body.url);
  const mediaId = pulledMediaIdOf(request.commandId);
  const filename = body.filename ?? nameInAddress(body.url);
  const { sha256, ...details } = toFileDetails({ ...body, filename });
  const { position } = await execute(
    fromRequest(request, {
      type: 'RequestPull',
      data: {
        ...{ mediaId, ...details, tags: [...details.tags] },
        ...{ declaredSizeBytes: null, declaredSha256: sha256, via: 'url' },
        ...{ url: new URL(body.url).href, isNamed: body.filename !== undefined },
      },
    }),
  );
  return accepted(position, { mediaId });
}
