import { z } from 'zod';
import type { EventDefinitions } from '../../../core/event.js';
import { failure, media } from './event-fields.js';

/** What people change about an item as a whole, up to its end. */
export const itemEvents = {
  MediaDetailsChanged: {
    summary:
      'Title, description or tags were edited; absent ones stay. With none, a repeatable edit found all as it wanted it.',
    version: 1,
    schema: z.object({
      ...media,
      title: z.string().optional(),
      description: z.string().optional(),
      tags: z.array(z.string()).optional(),
    }),
    personal: { title: '', description: '', tags: [] },
  },
  MediaDeleted: {
    summary: 'The item is gone for everybody; its bytes follow.',
    version: 1,
    schema: z.object(media),
  },
  MediaPurged: {
    summary: 'The bytes of a deleted item have been removed from storage.',
    version: 1,
    schema: z.object(media),
  },
  MediaPurgeFailed: {
    summary:
      'The bytes of a deleted item are still there: removing them was given up until a replay or the storage check.',
    version: 1,
    schema: z.object({ ...media, ...failure }),
  },
} as const satisfies EventDefinitions;
