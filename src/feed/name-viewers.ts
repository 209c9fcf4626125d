import type { StoredEvent } from '../core/event.js';
import type { Viewers } from '../core/viewers.js';

/**
 * Events as others are told them: with the id that a user is known by in place of the viewer's own. Of a viewer who is
 * forgotten the random one stays, and the event says that something is erased in it.
 */
export async function nameViewers(
  viewers: Pick<Viewers, 'userIdsOf'>,
  events: readonly StoredEvent[],
): Promise<readonly StoredEvent[]> {
  const viewerIds = new Set(
    events.flatMap(({ data }) => (typeof data.userId === 'string' ? [data.userId] : [])),
  );
  if (viewerIds.size === 0) return events;
  const userIds = await viewers.userIdsOf([...viewerIds]);
  return events.map((event) => {
    const { data, metadata } = event;
    if (typeof data.userId !== 'string') return event;
    const userId = userIds.get(data.userId);
    return userId === undefined
      ? { ...event, metadata: { ...metadata, erased: true } }
      : { ...event, data: { ...data, userId } };
  });
}
