import { MediaFlowError } from '../../core/errors.js';
import type { EventRedaction } from '../../core/event-redaction.js';
import type { EventStore } from '../../core/event-store.js';

/**
 * EventStoreDB changes no event. There is nothing to overwrite either: whatever was written to it was encrypted where it is
 * personal. Should a stream hold something readable all the same, that is told, since nobody could erase it here.
 */
export const createEventStoreDbRedaction = (store: Pick<EventStore, 'readStream'>): EventRedaction => ({
  async redactStream(stream, redact) {
    const readable = (await store.readStream(stream)).filter((event) => redact(event) !== undefined);
    if (readable.length === 0) return 0;
    throw new MediaFlowError(
      'unsupported',
      'event_store_cannot_redact',
      `${readable.length} events of ${stream} hold what is personal in readable form, and EventStoreDB cannot overwrite them`,
      { stream, events: readable.length },
    );
  },
});
