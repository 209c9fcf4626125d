import type { Position } from '../../../core/position.js';
import type { ShownPolicy } from '../../../queries/moderation-policy.js';
import type { QueueItem } from '../answers.js';
import type { Connection } from './connection.js';
import { mediaPath as item } from './paths.js';

interface Reviewed {
  readonly mediaId: string;
  readonly position: Position;
  readonly outcome: 'decided' | 'proposed';
}

/** What moderators ask and decide. */
export const moderationCalls = ({ request, send }: Connection) => ({
  /** Without a key, once keys are set, one sees less. */
  async isOperator(): Promise<boolean> {
    const response = await send('GET', '/v1/moderation/queue', { query: { limit: 1 } });
    await response.body?.cancel();
    return response.status !== 401;
  },
  moderationQueue: async (query: { status: string; type?: string; free?: string; limit: number }) =>
    (await request<{ items: QueueItem[] }>('GET', '/v1/moderation/queue', { query })).items,
  moderationPolicy: () => request<ShownPolicy>('GET', '/v1/moderation/policy'),
  review: (id: string, body: { decision: 'approve' | 'reject'; reason: string }) =>
    request<Reviewed>('POST', `${item(id)}/review`, { body }),
  appeal: (id: string, body: { text: string }) =>
    request<{ mediaId: string; position: Position; hindrance: string | null }>('POST', `${item(id)}/appeal`, {
      body,
    }),
  claim: (id: string) => request<{ mediaId: string; position: Position }>('POST', `${item(id)}/claim`),
  takeDown: (id: string, body: { reason: string }) =>
    request<Reviewed>('POST', `${item(id)}/takedown`, { body }),
});
