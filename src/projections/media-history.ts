import type { EventDefinitions, RecordedEvent } from '../core/event.js';
import type { JsonObject } from '../core/json.js';
import { partPersonal } from '../core/personal-data.js';
import type { Projection, RowOperation } from '../core/projection.js';
import { type MediaEvent, mediaEvents } from '../domain/media/media-events.js';

/** Frames belong to the reviewer's routes; here they are only counted. Texts belong to the search. */
function publicData(event: RecordedEvent<MediaEvent>): JsonObject {
  if (event.type === 'TextFound') {
    const { texts: _, ...rest } = event.data;
    return rest;
  }
  if (event.type === 'PicturesEmbedded') {
    const { mean: _, severest: __, ...rest } = event.data;
    return rest;
  }
  if (event.type !== 'ModerationScored') return event.data as JsonObject;
  const { frames, ...rest } = event.data;
  return { ...rest, frameCount: frames.length };
}

const definitions: EventDefinitions = mediaEvents;

function append(event: RecordedEvent<MediaEvent>): RowOperation[] {
  const { open, personal } = partPersonal(definitions[event.type]?.personal ?? {}, publicData(event));
  const key = { media_id: event.data.mediaId, position: event.position };
  return [
    {
      put: 'media_history',
      key,
      row: {
        event_id: event.eventId,
        type: event.type,
        occurred_at: event.metadata.occurredAt,
        actor: event.metadata.actor,
        data: open,
      },
    },
    ...(Object.keys(personal).length > 0
      ? [{ put: 'media_history_personal', key, row: { personal } } as const]
      : []),
    ...(event.type === 'MediaDeleted'
      ? [{ remove: 'media_history_personal', key: { media_id: event.data.mediaId } } as const]
      : []),
  ];
}

/** Everything that happened to an item, in order. What is personal in it is apart, so that it can go by itself. */
export const mediaHistory: Projection<MediaEvent> = {
  name: 'media-history',
  version: 3,
  tables: {
    media_history: ['media_id', 'position'],
    media_history_personal: ['media_id', 'position'],
  },
  on: Object.fromEntries(Object.keys(mediaEvents).map((type) => [type, append])),
};
