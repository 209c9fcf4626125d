import { z } from 'zod';
import { suggestionIdOf } from '../core/derived-ids.js';
import { metadataFields } from '../domain/media/metadata/metadata-values.js';
import type { ModerationPolicy } from '../domain/media/moderation-policy-document.js';
import { accepted, endpoint } from '../http/endpoint.js';
import { type Execute, fromRequest } from './execute.js';
import { acceptedSchema, mediaIdParams } from './media-details.js';

export const suggestionCommands = (
  execute: Execute,
  /** By whose list words are looked for in what is taken. */
  policy: ModerationPolicy,
) => [
  endpoint({
    method: 'POST',
    path: '/v1/media/:id/metadata/generate',
    summary:
      'Have a model suggest title, summary, tags and genre; nothing that people wrote is changed by it',
    tag: 'media',
    access: 'operator',
    params: mediaIdParams,
    success: {
      status: 202,
      description: 'A worker asks; `suggestions` of GET /v1/media/{id}/metadata tells what came of it',
      schema: acceptedSchema.extend({ statusUrl: z.string() }),
    },
    async handle(request) {
      const mediaId = request.params.id;
      const { position } = await execute(
        fromRequest(request, {
          type: 'RequestMetadata',
          data: { mediaId, requestId: suggestionIdOf(request.commandId) },
        }),
      );
      const statusUrl = `/v1/media/${encodeURIComponent(mediaId)}/metadata`;
      return { ...accepted(position, { mediaId, statusUrl }), headers: { location: statusUrl } };
    },
  }),
  endpoint({
    method: 'POST',
    path: '/v1/media/:id/metadata/accept',
    summary:
      'Take what a model suggested last: title, description (of the summary), tags and genre (beside those there are)',
    tag: 'media',
    access: 'operator',
    params: mediaIdParams,
    body: z.strictObject({
      fields: z.array(z.enum(metadataFields)).min(1).describe('Those to be taken; a genre becomes a tag'),
      requestId: z
        .string()
        .min(1)
        .max(200)
        .optional()
        .describe(
          '`suggestions.latest.requestId` of what was looked at: refused where it was replaced since',
        ),
    }),
    success: { status: 202, description: 'Durable, as a change by hand', schema: acceptedSchema },
    async handle(request) {
      const mediaId = request.params.id;
      const { position } = await execute(
        fromRequest(request, { type: 'AcceptMetadata', data: { mediaId, ...request.body, policy } }),
      );
      return accepted(position, { mediaId });
    },
  }),
];
