import { z } from 'zod';
import { modelIdOf } from '../core/derived-ids.js';
import { conflict } from '../core/errors.js';
import type { EventStore } from '../core/event-store.js';
import { modelNames } from '../core/model-name.js';
import type { ModelsReader } from '../core/readers/models.js';
import { trainingSources } from '../domain/model/model-events.js';
import { accepted, endpoint } from '../http/endpoint.js';
import { type Execute, fromRequest } from './execute.js';

const name = z.enum(modelNames).default('recommender').describe('What it is a model of');
const promoted = z.object({ modelId: z.string(), position: z.string() });

export const modelCommands = (
  execute: Execute,
  {
    models,
    store,
  }: {
    readonly models: Pick<ModelsReader, 'beforeCurrent'>;
    readonly store: Pick<EventStore, 'eventAt'>;
  },
) => [
  endpoint({
    method: 'POST',
    path: '/v1/models',
    summary: 'Train a model anew, of the views as they stand or of all of history',
    tag: 'operations',
    access: 'operator',
    body: z.strictObject({
      name,
      source: z
        .enum(trainingSources)
        .default('views')
        .describe(
          '`views`: of what the views hold, at once; `history`: of the log, read from its beginning, which takes longer and gives the very same',
        ),
      upTo: z
        .string()
        .min(1)
        .max(200)
        .optional()
        .describe('Of `history`: the last position that is learnt from; left out, all that is there now'),
      after: z
        .string()
        .min(1)
        .max(200)
        .optional()
        .describe(
          'Of `history`: what was done until this position is not learnt from; left out, all of it is',
        ),
      promote: z.boolean().default(true).describe('Whether lists are made of it once it is trained'),
      evaluate: z
        .boolean()
        .default(false)
        .describe(
          'Whether it is measured how good lists of such a model are, which takes about as long again',
        ),
    }),
    success: {
      status: 202,
      description: 'A worker trains it; GET /v1/models/{modelId} tells how far it is',
      schema: z.object({ modelId: z.string(), statusUrl: z.string(), position: z.string() }),
    },
    async handle(request) {
      const { name: of, source, upTo = null, after, promote, evaluate } = request.body;
      // What is no position sorts before or behind all that are: a model would learn of nothing, or of everything.
      for (const position of [upTo, after]) if (position) await store.eventAt(position);
      const modelId = modelIdOf(request.commandId);
      const data = {
        ...{ modelId, name: of, source, upTo: source === 'history' ? upTo : null },
        ...(source === 'history' && after !== undefined && { after }),
        ...{ isPromoted: promote, isEvaluated: evaluate, reason: 'asked' as const },
      };
      const { position } = await execute(fromRequest(request, { type: 'RequestModelTraining', data }));
      const statusUrl = `/v1/models/${modelId}`;
      return { ...accepted(position, { modelId, statusUrl }), headers: { location: statusUrl } };
    },
  }),
  endpoint({
    method: 'POST',
    path: '/v1/models/:modelId/promote',
    summary: 'Have lists made of this model from now on',
    tag: 'operations',
    access: 'operator',
    params: z.object({ modelId: z.string().min(1).max(200) }),
    body: z.strictObject({
      automatic: z
        .boolean()
        .default(true)
        .describe('Whether the next one that is trained by itself takes its place by itself'),
    }),
    success: { status: 202, description: 'Every worker changes to it with its next list', schema: promoted },
    async handle(request) {
      const { modelId } = request.params;
      const { position } = await execute(
        fromRequest(request, {
          type: 'PromoteModel',
          data: { modelId, reason: 'asked', isAutomatic: request.body.automatic },
        }),
      );
      return accepted(position, { modelId });
    },
  }),
  endpoint({
    method: 'POST',
    path: '/v1/models/rollback',
    summary:
      'Go back to the model before the present one; what is trained by itself then waits to be promoted',
    tag: 'operations',
    access: 'operator',
    body: z.strictObject({ name }),
    success: { status: 202, description: 'Every worker changes to it with its next list', schema: promoted },
    async handle(request) {
      const earlier = await models.beforeCurrent(request.body.name);
      if (!earlier) throw conflict('no_earlier_model', 'There is no model before the present one.');
      const { modelId } = earlier;
      const { position } = await execute(
        fromRequest(request, {
          type: 'PromoteModel',
          data: { modelId, reason: 'rolled-back', isAutomatic: false },
        }),
      );
      return accepted(position, { modelId });
    },
  }),
];
