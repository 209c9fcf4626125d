import { z } from 'zod';
import type { Aggregate } from '../../core/aggregate.js';
import type { Command } from '../../core/decider.js';
import { assertNever, conflict, notFound } from '../../core/errors.js';
import type { EventDefinitions, EventOf } from '../../core/event.js';
import { listTypes } from '../../core/list-type.js';
import { modelSchema } from '../media/media-values.js';
import { viewerIdSchema } from '../viewer/viewer.js';

const request = { requestId: z.string(), userId: viewerIdSchema };

const rerankedSchema = z.union([
  z.object({
    ...modelSchema.shape,
    isRemembered: z.boolean().describe('The same had been asked before: nobody was asked, or paid'),
  }),
  z.object({ failure: z.string().describe('The code of what went wrong: the list is as it was') }),
]);

export const recommendationEvents = {
  RecommendationRequested: {
    summary: 'Somebody asked what a viewer should see next.',
    version: 1,
    schema: z.object({
      ...request,
      genre: z.string().nullable(),
      type: z.enum(listTypes).optional().describe('Left out: what the viewer cares for most'),
      limit: z.int().positive(),
    }),
  },
  RecommendationGenerated: {
    summary: 'A ranked list with a reason for every item.',
    version: 1,
    schema: z.object({
      ...request,
      ranking: z.object({
        name: z.string(),
        version: z.string().describe('The model it was made of, or `untrained`'),
        experiment: z
          .object({ name: z.string(), variant: z.string() })
          .optional()
          .describe('What was tried, and what of it on this viewer'),
        reranked: rerankedSchema
          .optional()
          .describe(
            'The model that put the list in order afterwards, or why none did; left out where none was asked',
          ),
      }),
      type: z.enum(listTypes).optional().describe('What the list is of; left out by releases that mixed all'),
      isTypeChosen: z
        .boolean()
        .optional()
        .describe('Whether nobody asked for a type, and it is what the viewer cares for most'),
      items: z.array(
        z.object({
          mediaId: z.string(),
          score: z.number(),
          reason: z.string(),
          because: z
            .string()
            .optional()
            .describe('The item that says most for this one; its title is told when the list is served'),
        }),
      ),
    }),
  },
  RecommendationAttemptFailed: {
    summary: 'No list could be made yet; it is tried again.',
    version: 1,
    schema: z.object({
      ...request,
      code: z.string(),
      message: z.string(),
      attempt: z.int().positive(),
      retryAt: z.string(),
    }),
  },
  RecommendationFailed: {
    summary: 'No list could be made; the viewer keeps the last one.',
    version: 1,
    schema: z.object({ ...request, code: z.string(), message: z.string() }),
  },
} as const satisfies EventDefinitions;

export type RecommendationEvent = EventOf<typeof recommendationEvents>;
type DataOf<Type extends RecommendationEvent['type']> = Extract<RecommendationEvent, { type: Type }>['data'];

export type RecommendationCommand =
  | Command<'RequestRecommendation', DataOf<'RecommendationRequested'>>
  | Command<'RecordRecommendation', DataOf<'RecommendationGenerated'>>
  | Command<'FailRecommendationAttempt', DataOf<'RecommendationAttemptFailed'>>
  | Command<'FailRecommendation', DataOf<'RecommendationFailed'>>;

export type RecommendationState = 'absent' | 'requested' | 'generated' | 'failed';

function decide(command: RecommendationCommand, state: RecommendationState): RecommendationEvent[] {
  const { requestId } = command.data;
  if (command.type === 'RequestRecommendation') {
    if (state !== 'absent')
      throw conflict('request_exists', `Request ${requestId} was made already.`, { requestId });
    return [{ type: 'RecommendationRequested', data: command.data }];
  }
  if (state === 'absent')
    throw notFound('request_not_found', `There is no request ${requestId}.`, { requestId });
  switch (command.type) {
    case 'RecordRecommendation':
      // A replayed job may still answer a request that failed before.
      return state === 'generated' ? [] : [{ type: 'RecommendationGenerated', data: command.data }];
    case 'FailRecommendationAttempt':
      return state === 'requested' ? [{ type: 'RecommendationAttemptFailed', data: command.data }] : [];
    case 'FailRecommendation':
      return state === 'requested' ? [{ type: 'RecommendationFailed', data: command.data }] : [];
    default:
      return assertNever(command);
  }
}

function evolve(state: RecommendationState, event: RecommendationEvent): RecommendationState {
  switch (event.type) {
    case 'RecommendationRequested':
      return 'requested';
    case 'RecommendationGenerated':
      return 'generated';
    case 'RecommendationAttemptFailed':
      return state;
    case 'RecommendationFailed':
      return 'failed';
    default:
      return assertNever(event);
  }
}

export const recommendationStream = (requestId: string): string => `recommendation-${requestId}`;

export const recommendation: Aggregate<RecommendationState, RecommendationCommand, RecommendationEvent> = {
  name: 'recommendation',
  decider: { initialState: 'absent', decide, evolve },
  events: recommendationEvents,
  commandTypes: [
    'RequestRecommendation',
    'RecordRecommendation',
    'FailRecommendationAttempt',
    'FailRecommendation',
  ],
  streamOf: (command) => recommendationStream(command.data.requestId),
  needsState: true,
};
