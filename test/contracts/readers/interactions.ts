import type { InteractionType, ViewerEvent } from '../../../src/domain/viewer/viewer.js';

/** What a viewer did with an item. */
export const did = (
  userId: string,
  type: InteractionType,
  mediaId: string,
  { value = null, at = '2026-11-21T09:00:00.000Z' }: { value?: number | null; at?: string } = {},
): ViewerEvent => ({ type: 'InteractionRecorded', data: { userId, mediaId, type, value, occurredAt: at } });
