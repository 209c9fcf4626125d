import { z } from 'zod';
import { forgettingIdOf } from '../core/derived-ids.js';
import type { EventStore } from '../core/event-store.js';
import type { Viewers } from '../core/viewers.js';
import { accepted, endpoint } from '../http/endpoint.js';
import { type Execute, fromRequest } from './execute.js';
import { userIdSchema } from './interactions.js';

export const viewerCommands = ({
  execute,
  store,
  viewers,
}: {
  readonly execute: Execute;
  readonly store: Pick<EventStore, 'head'>;
  readonly viewers: Pick<Viewers, 'find' | 'forget'>;
}) => [
  endpoint({
    method: 'DELETE',
    path: '/v1/viewers/:userId',
    summary: 'Forget a viewer: what they did stays as somebody’s, and nothing leads from it to them any more',
    tag: 'recommendations',
    access: 'operator',
    params: z.object({ userId: userIdSchema }),
    success: {
      status: 202,
      description:
        'Nobody knows the viewer any more; the views that have passed `position` hold no rows of theirs',
      schema: z.object({
        wasKnown: z
          .boolean()
          .describe(
            'False for a user of whom nothing was known, or who was forgotten before: nobody can tell which',
          ),
        position: z.string(),
      }),
    },
    async handle(request) {
      const viewerId = await viewers.find(request.params.userId);
      if (viewerId === undefined) return accepted(await store.head(), { wasKnown: false });
      // First, since only who is still known can be told of: cut off in between, it is done by a repeat.
      const { position } = await execute(
        fromRequest(
          { ...request, commandId: forgettingIdOf(viewerId) },
          { type: 'ForgetViewer', data: { userId: viewerId } },
        ),
      );
      await viewers.forget(viewerId);
      return accepted(position, { wasKnown: true });
    },
  }),
];
