import type { EventDefinitions, EventOf } from '../../core/event.js';
import { itemEvents } from './events/item-events.js';
import { metadataEvents } from './events/metadata-events.js';
import { moderationEvents } from './events/moderation-events.js';
import { outputEvents } from './events/output-events.js';
import { processingEvents } from './events/processing-events.js';
import { uploadEvents } from './events/upload-events.js';

/** Everything that can happen to a media item. */
export const mediaEvents = {
  ...uploadEvents,
  ...processingEvents,
  ...outputEvents,
  ...moderationEvents,
  ...metadataEvents,
  ...itemEvents,
} as const satisfies EventDefinitions;

export type MediaEvent = EventOf<typeof mediaEvents>;
