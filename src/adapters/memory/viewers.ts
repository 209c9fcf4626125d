import { randomUUID } from 'node:crypto';
import type { Viewers } from '../../core/viewers.js';

/** Viewers who are gone when the process ends: for tests. Those opened on the same map, from user id to viewer, share it. */
export function createMemoryViewers(viewers: Map<string, string> = new Map()): Viewers {
  return {
    async idsOf(userIds) {
      for (const userId of userIds) if (!viewers.has(userId)) viewers.set(userId, randomUUID());
      return new Map(userIds.map((userId) => [userId, viewers.get(userId) as string]));
    },
    find: async (userId) => viewers.get(userId),
    async userIdsOf(viewerIds) {
      return new Map(
        [...viewers].flatMap(([userId, id]) => (viewerIds.includes(id) ? [[id, userId] as const] : [])),
      );
    },
    async forget(viewerId) {
      for (const [userId, id] of viewers) if (id === viewerId) viewers.delete(userId);
    },
  };
}
