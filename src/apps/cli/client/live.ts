import type { Position } from '../../../core/position.js';
import type { LiveSource } from '../answers.js';
import type { Connection } from './connection.js';

const liveSource = (id: string) => `/v1/live/${encodeURIComponent(id)}`;

/** Live sources and their frames. */
export const liveCalls = ({ request }: Connection) => ({
  startLive: (body: { name: string; kind: string; everySeconds: number }) =>
    request<{ sourceId: string; position: Position }>('POST', '/v1/live', { body }),
  publishFrames: (id: string, body: { frames: readonly object[]; droppedBefore: number }) =>
    request<{ pushedOut: number }>('POST', `${liveSource(id)}/frames`, { body }),
  interruptLive: (id: string, body: { code: string; retryInSeconds: number; nextSequence: number }) =>
    request<{ position: Position }>('POST', `${liveSource(id)}/interruption`, { body }),
  endLive: (
    id: string,
    body: { reason: 'finished' | 'stopped' | 'failed'; code?: string; droppedBefore?: number },
  ) => request<{ position: Position }>('POST', `${liveSource(id)}/end`, { body }),
  removeLive: (id: string) => request<{ position: Position }>('DELETE', liveSource(id)),
  liveSources: async (query: { status?: string; limit: number }) =>
    (await request<{ items: LiveSource[] }>('GET', '/v1/live', { query })).items,
});
