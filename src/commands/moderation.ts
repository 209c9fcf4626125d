import { z } from 'zod';
import type { Instant } from '../core/time.js';
import { hindranceOf } from '../core/who-may-decide.js';
import type { ModerationPolicy } from '../domain/media/moderation-policy-document.js';
import { reviewDecisionSchema } from '../domain/media/review/review-values.js';
import { accepted, type EndpointRequest, endpoint } from '../http/endpoint.js';
import type { CommandResult } from '../runtime/command/handle-command.js';
import { type Execute, fromRequest } from './execute.js';
import { acceptedSchema, mediaIdParams } from './media-details.js';

const textSchema = z.string().trim().min(1).max(2000);
const success = { status: 202, description: 'Durable', schema: acceptedSchema };

const reviewed = {
  ...success,
  schema: acceptedSchema.extend({
    outcome: z
      .enum(['decided', 'proposed'])
      .describe('Proposed: by the policy another person has to say the same before anything changes'),
  }),
};

const decidedBy = ({ position, eventTypes }: CommandResult, mediaId: string) =>
  accepted(position, { mediaId, outcome: eventTypes.includes('ReviewProposed') ? 'proposed' : 'decided' });

/** What people decide on items, whom the history knows by their keys. */
export function moderationCommands({
  execute,
  now,
  policy,
  reviewers,
  decidersOf,
}: {
  readonly execute: Execute;
  readonly now: () => Instant;
  /** That people decide under. */
  readonly policy: ModerationPolicy;
  /** All there are. */
  readonly reviewers: readonly string[];
  /** Who decided last on an item. */
  readonly decidersOf: (mediaId: string) => Promise<readonly string[]>;
}) {
  const byCaller = ({ params, actor }: Pick<EndpointRequest<{ id: string }>, 'params' | 'actor'>) => ({
    ...{ mediaId: params.id, reviewer: actor, policy, at: now() },
  });
  return [
    endpoint({
      method: 'POST',
      path: '/v1/media/:id/review',
      summary:
        'Decide on an item that waits in the moderation queue, or approve one that the policy rejected or that was taken down',
      tag: 'moderation',
      access: 'operator',
      params: mediaIdParams,
      body: z.strictObject({ decision: reviewDecisionSchema, reason: textSchema }),
      success: reviewed,
      async handle(request) {
        const result = await execute(
          fromRequest(request, { type: 'ReviewMedia', data: { ...byCaller(request), ...request.body } }),
        );
        return decidedBy(result, request.params.id);
      },
    }),
    endpoint({
      method: 'POST',
      path: '/v1/media/:id/takedown',
      summary:
        'Reject an item that was approved: it is gone for everybody at once, its bytes stay, and a review may approve it again',
      tag: 'moderation',
      access: 'operator',
      params: mediaIdParams,
      body: z.strictObject({ reason: textSchema }),
      success: reviewed,
      async handle(request) {
        const result = await execute(
          fromRequest(request, { type: 'TakeDownMedia', data: { ...byCaller(request), ...request.body } }),
        );
        return decidedBy(result, request.params.id);
      },
    }),
    endpoint({
      method: 'POST',
      path: '/v1/media/:id/appeal',
      summary: 'Object to a rejection, once: another person than the one who decided looks at it again',
      tag: 'moderation',
      access: 'operator',
      params: mediaIdParams,
      body: z.strictObject({ text: textSchema.describe('Why it should be shown') }),
      success: {
        ...success,
        schema: acceptedSchema.extend({
          hindrance: z
            .string()
            .nullable()
            .describe('Why nobody may decide on it, and what to do about that; null where somebody may'),
        }),
      },
      async handle(request) {
        const mediaId = request.params.id;
        const { position } = await execute(
          fromRequest(request, {
            type: 'AppealDecision',
            data: { mediaId, text: request.body.text, appellant: request.actor },
          }),
        );
        // The appeal is kept: whoever cannot be asked now makes no error of it, and the queue tells it later.
        const deciders = await decidersOf(mediaId).catch(() => undefined);
        return accepted(position, { mediaId, hindrance: deciders ? hindranceOf(deciders, reviewers) : null });
      },
    }),
    endpoint({
      method: 'POST',
      path: '/v1/media/:id/claim',
      summary: 'Keep an item of the queue for yourself for some minutes, so that nobody else decides on it',
      tag: 'moderation',
      access: 'operator',
      params: mediaIdParams,
      success,
      async handle(request) {
        const { position } = await execute(
          fromRequest(request, { type: 'ClaimReview', data: byCaller(request) }),
        );
        return accepted(position, { mediaId: request.params.id });
      },
    }),
    endpoint({
      method: 'DELETE',
      path: '/v1/media/:id/claim',
      summary: 'Give an item back to the queue without a decision',
      tag: 'moderation',
      access: 'operator',
      params: mediaIdParams,
      success,
      async handle(request) {
        const mediaId = request.params.id;
        const { position } = await execute(
          fromRequest(request, { type: 'ReleaseReview', data: { mediaId, reviewer: request.actor } }),
        );
        return accepted(position, { mediaId });
      },
    }),
  ];
}
