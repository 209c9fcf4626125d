import { z } from 'zod';
import type { EventDefinitions } from '../../../core/event.js';
import { failure, media } from './event-fields.js';

/** How the bytes of an item come in. */
export const uploadEvents = {
  MediaRegistered: {
    summary: 'Somebody announced a file; its bytes are on the way.',
    version: 1,
    schema: z.object({
      ...media,
      filename: z.string(),
      contentType: z.string().nullable(),
      title: z.string(),
      description: z.string(),
      tags: z.array(z.string()),
      declaredSizeBytes: z.number().nullable(),
      declaredSha256: z.string().nullable(),
      via: z.enum(['multipart', 'tus']),
    }),
    personal: { filename: '', title: '', description: '', tags: [] },
  },
  MediaUploaded: {
    summary: 'Every byte is on stable storage and matches what the client declared.',
    version: 1,
    schema: z.object({ ...media, blobKey: z.string(), sizeBytes: z.number(), sha256: z.string() }),
  },
  UploadFailed: {
    summary: 'The bytes never came whole: wrong checksum, empty, expired, given up.',
    version: 1,
    schema: z.object({ ...media, ...failure }),
  },
} as const satisfies EventDefinitions;
