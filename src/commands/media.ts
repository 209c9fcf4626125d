import { z } from 'zod';
import type { ModerationPolicy } from '../domain/media/moderation-policy-document.js';
import { accepted, endpoint } from '../http/endpoint.js';
import { type Execute, fromRequest } from './execute.js';
import {
  acceptedSchema,
  descriptionSchema,
  mediaIdParams,
  tagsSchema,
  titleSchema,
} from './media-details.js';

const success = { status: 202, description: 'Durable', schema: acceptedSchema };

export const mediaCommands = (
  execute: Execute,
  /** An item that is deleted takes no more bytes. */
  endUpload: (mediaId: string) => Promise<void>,
  /** By whose list words are looked for in what is changed. */
  policy: ModerationPolicy,
) => [
  endpoint({
    method: 'PATCH',
    path: '/v1/media/:id',
    summary: 'Change title, description or tags; what is left out stays',
    tag: 'media',
    access: 'operator',
    params: mediaIdParams,
    body: z
      .strictObject({
        title: titleSchema.optional(),
        description: descriptionSchema.optional(),
        tags: tagsSchema.optional(),
      })
      .refine((body) => Object.keys(body).length > 0, 'name at least one of title, description, tags'),
    success,
    async handle(request) {
      const mediaId = request.params.id;
      const { position } = await execute(
        fromRequest(request, {
          type: 'ChangeMediaDetails',
          data: { mediaId, ...request.body, mayBeRepeated: request.requestHash !== null, policy },
        }),
      );
      return accepted(position, { mediaId });
    },
  }),
  endpoint({
    method: 'DELETE',
    path: '/v1/media/:id',
    summary: 'Take an item down for everybody at once and remove its bytes',
    tag: 'media',
    access: 'operator',
    params: mediaIdParams,
    success,
    async handle(request) {
      const mediaId = request.params.id;
      const { position } = await execute(fromRequest(request, { type: 'DeleteMedia', data: { mediaId } }));
      await endUpload(mediaId);
      return accepted(position, { mediaId });
    },
  }),
  processAgain({
    path: '/v1/media/:id/extend',
    summary:
      'Look at the file once more and do what the item lacks: steps that came with a later release, tracks that an earlier one left out',
    command: 'ExtendProcessing',
    execute,
  }),
  processAgain({
    path: '/v1/media/:id/retry',
    summary: 'Do the failed steps of an item again',
    command: 'RetryProcessing',
    execute,
  }),
];

/** What is asked of an item as a whole, with nothing more to be said about it. */
const processAgain = ({
  path,
  summary,
  command,
  execute,
}: {
  readonly path: string;
  readonly summary: string;
  readonly command: 'ExtendProcessing' | 'RetryProcessing';
  readonly execute: Execute;
}) =>
  endpoint({
    ...({ method: 'POST', path, summary, tag: 'media', access: 'operator' } as const),
    ...{ params: mediaIdParams, success },
    async handle(request) {
      const mediaId = request.params.id;
      const { position } = await execute(fromRequest(request, { type: command, data: { mediaId } }));
      return accepted(position, { mediaId });
    },
  });
