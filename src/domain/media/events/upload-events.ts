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
      via: z.enum(['multipart', 'tus', 'url']),
    }),
    personal: { filename: '', title: '', description: '', tags: [] },
  },
  PullRequested: {
    summary: 'The bytes of an item that was just announced are to be fetched from an address.',
    version: 1,
    schema: z.object({
      ...media,
      url: z.string(),
      isNamed: z
        .boolean()
        .describe('The client has named the file; otherwise the server of the address may do so'),
    }),
    // It may hold a token, or a name.
    personal: { url: '' },
  },
  PullAnswered: {
    summary: 'The server of the address began to send the file, from its first byte on.',
    version: 1,
    schema: z.object({
      ...media,
      growingKey: z
        .string()
        .describe('Where the bytes gather; a fetch that begins anew has a place of its own'),
      filename: z.string().nullable().describe('null where the item keeps the name it has'),
      contentType: z.string().nullable(),
      sizeBytes: z.number().nullable().describe('null where the server does not say'),
      etag: z
        .string()
        .nullable()
        .describe('By this, or by `lastModified`, the rest of the same file is asked for'),
      lastModified: z.string().nullable(),
    }),
    personal: { filename: null },
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
