import type { EventStore } from '../../core/event-store.js';
import { evolveMedia, initialMediaState } from '../../domain/media/media-state.js';
import { createMetadataReading } from './metadata-reading.js';

/** Who decided last on an item, as its history says. */
export function createDecidersOf(storage: { readonly store: Pick<EventStore, 'readStream'> }) {
  const { historyOf } = createMetadataReading(storage);
  return async (mediaId: string): Promise<readonly string[]> =>
    (await historyOf(mediaId)).reduce(evolveMedia, initialMediaState).review.deciders;
}
