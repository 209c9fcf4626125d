import { z } from 'zod';
import type { StoredEvent } from '../core/event.js';

export const shownEventSchema = z.object({
  position: z.string(),
  eventId: z.string(),
  stream: z.string(),
  revision: z.int(),
  type: z.string(),
  schemaVersion: z.int(),
  data: z.looseObject({}),
  metadata: z.looseObject({}),
});

/** An event as the feed tells it. */
export const shown = ({
  position,
  eventId,
  stream,
  revision,
  type,
  schemaVersion,
  data,
  metadata,
}: StoredEvent) => ({
  position,
  eventId,
  stream,
  revision,
  type,
  schemaVersion,
  data,
  metadata,
});
