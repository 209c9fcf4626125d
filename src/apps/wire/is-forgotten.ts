import type { EventStore } from '../../core/event-store.js';
import { type ViewerEvent, viewerStream } from '../../domain/viewer/viewer.js';

const FORGOTTEN: ViewerEvent['type'] = 'ViewerForgotten';

/** Whether the history of a viewer says that they are to be forgotten. */
export const createIsForgotten =
  ({ store }: { readonly store: Pick<EventStore, 'readStream'> }) =>
  async (userId: string): Promise<boolean> =>
    (await store.readStream(viewerStream(userId))).some(({ type }) => type === FORGOTTEN);
