import type { RecordedEvent } from '../core/event.js';
import type { JsonObject } from '../core/json.js';
import type { Projection, RowOperation } from '../core/projection.js';
import { type MediaEvent, mediaEvents } from '../domain/media/media-events.js';

/** Frames belong to the reviewer's routes; here they are only counted. */
function publicData(event: RecordedEvent<MediaEvent>): JsonObject {
  if (event.type !== 'ModerationScored') return event.data as JsonObject;
  const { frames, ...rest } = event.data;
  return { ...rest, frameCount: frames.length };
}

const append = (event: RecordedEvent<MediaEvent>): RowOperation[] => [
  {
    put: 'media_history',
    key: { media_id: event.data.mediaId, position: event.position },
    row: {
      event_id: event.eventId,
      type: event.type,
      occurred_at: event.metadata.occurredAt,
      actor: event.metadata.actor,
      data: publicData(event),
    },
  },
];

/** Everything that happened to an item, in order. */
export const mediaHistory: Projection<MediaEvent> = {
  name: 'media-history',
  version: 2,
  tables: { media_history: ['media_id', 'position'] },
  on: Object.fromEntries(Object.keys(mediaEvents).map((type) => [type, append])),
};
