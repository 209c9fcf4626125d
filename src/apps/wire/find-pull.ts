import type { RecordedEvent } from '../../core/event.js';
import type { EventStore } from '../../core/event-store.js';
import { mediaStream } from '../../domain/media/media.js';
import type { MediaEvent } from '../../domain/media/media-events.js';
import { type Pull, pullIn } from '../../domain/media/pull.js';
import { codec } from './write-side.js';

/** What the history of an item says of its pull, the address too, where that is not erased. */
export const createFindPull =
  ({ store }: { readonly store: Pick<EventStore, 'readStream'> }) =>
  async (mediaId: string): Promise<Pull | undefined> => {
    const history = await store.readStream(mediaStream(mediaId));
    return pullIn(history.map((event) => codec.decode(event) as RecordedEvent<MediaEvent>));
  };
