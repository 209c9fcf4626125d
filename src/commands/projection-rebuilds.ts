import { z } from 'zod';
import { endpoint } from '../http/endpoint.js';

export type RebuildMode = 'resume' | 'restart';

/** Rebuilds of views that this process runs, as far as an operator steers them. */
export interface ProjectionRebuilds {
  /**
   * Resolves when the rebuild has begun; how it goes on is in the view's status. Throws `projection_not_found`,
   * conflict `rebuild_running`, `projection_newer`.
   */
  start(name: string, mode: RebuildMode): Promise<{ readonly name: string; readonly version: number }>;
  /**
   * Ends a rebuild; what is done of it is thrown away, or kept to be resumed. Harmless when there is none. Throws
   * `projection_not_found`, conflict `rebuild_running` when another process runs it.
   */
  cancel(name: string, options: { readonly keep: boolean }): Promise<void>;
}

const params = z.object({ name: z.string().min(1).max(100) });

export const projectionRebuildCommands = (rebuilds: ProjectionRebuilds) => [
  endpoint({
    method: 'POST',
    path: '/v1/projections/:name/rebuild',
    summary:
      'Fill a view anew from the beginning of the log; the old one is served until the new one is whole',
    tag: 'operations',
    access: 'operator',
    params,
    query: z.strictObject({
      mode: z
        .enum(['resume', 'restart'])
        .default('resume')
        .describe('Whether to go on with what a cancelled rebuild left, or to begin again'),
    }),
    success: {
      status: 202,
      description: 'It has begun; GET /v1/projections shows how far it is',
      schema: z.object({ name: z.string(), version: z.int(), mode: z.enum(['resume', 'restart']) }),
    },
    async handle({ params: { name }, query: { mode } }) {
      return { status: 202, body: { ...(await rebuilds.start(name, mode)), mode } };
    },
  }),
  endpoint({
    method: 'DELETE',
    path: '/v1/projections/:name/rebuild',
    summary: 'Stop the rebuild of a view; the view itself stays as it is',
    tag: 'operations',
    access: 'operator',
    params,
    query: z.strictObject({
      keep: z
        .enum(['true', 'false'])
        .default('false')
        .describe('Whether to keep what is done, so that it can be resumed'),
    }),
    success: {
      status: 200,
      description: 'No rebuild runs any more',
      schema: z.object({ name: z.string(), kept: z.boolean() }),
    },
    async handle({ params: { name }, query }) {
      const keep = query.keep === 'true';
      await rebuilds.cancel(name, { keep });
      return { body: { name, kept: keep } };
    },
  }),
];
