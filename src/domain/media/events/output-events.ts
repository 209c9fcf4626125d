import { z } from 'zod';
import type { EventDefinitions } from '../../../core/event.js';
import { textOrigins } from '../../../core/found-text.js';
import {
  derivativeSchema,
  encodedChunkSchema,
  foundTextSchema,
  leftOutTrackSchema,
  modelSchema,
  posterSchema,
  previewGifSchema,
  renditionSchema,
  storyboardSchema,
  tagSchema,
} from '../media-values.js';
import { qualitySchema } from '../quality-values.js';
import { soundMeasurementSchema } from '../sound-values.js';
import { media } from './event-fields.js';

/** What was made of an item, or found in it. */
export const outputEvents = {
  RenditionCompleted: {
    summary: 'One rung of the ladder (or the audio group) is ready to be played.',
    version: 1,
    schema: z.object({ ...media, rendition: renditionSchema }),
  },
  ChunkEncoded: {
    summary: 'A part of a long film is encoded; nothing of it is played before all parts are joined.',
    version: 1,
    schema: z.object({ ...media, chunk: encodedChunkSchema }),
  },
  PosterGenerated: {
    summary: 'The poster is there; no item whose plan has one is published before.',
    version: 1,
    schema: z.object({ ...media, poster: posterSchema }),
  },
  ThumbnailsGenerated: {
    summary: 'The storyboard is there.',
    version: 2,
    schema: z.object({
      ...media,
      poster: posterSchema
        .nullable()
        .describe(
          'Null where the plan has it as a step of its own; until version 2 it came with the storyboard',
        ),
      storyboard: storyboardSchema,
    }),
    upcasters: { 1: (data) => data },
  },
  PreviewGifGenerated: {
    summary:
      'The animated preview is there. Earlier releases told of it so; it is `DerivativeGenerated` now.',
    version: 1,
    schema: z.object({ ...media, gif: previewGifSchema }),
  },
  DerivativeGenerated: {
    summary: 'A file was made of the item that is served as it is.',
    version: 1,
    schema: z.object({ ...media, derivative: derivativeSchema }),
  },
  TracksLeftOut: {
    summary: 'Tracks that the probe took for good turned out to be nothing that can be served.',
    version: 1,
    schema: z.object({ ...media, tracks: z.array(leftOutTrackSchema) }),
  },
  TextFound: {
    summary:
      'What is said in an item, or to be read in it, was found: all there is of one origin, to be searched.',
    version: 1,
    schema: z.object({
      ...media,
      origin: z.enum(textOrigins),
      model: modelSchema.nullable().describe('Which found it; null of text that the file brings along'),
      texts: z.array(foundTextSchema).describe('As much as is kept to be searched'),
    }),
    personal: { texts: [] },
  },
  SoundMeasured: {
    summary:
      'How long and how loud sound alone is, and what its ends are like, before it is made as loud as all other.',
    version: 1,
    schema: z.object({ ...media, sound: soundMeasurementSchema }),
  },
  QualityMeasured: {
    summary: 'How much of the original each rung shows, by samples.',
    version: 1,
    schema: z.object({ ...media, quality: qualitySchema }),
  },
  TagsGenerated: {
    summary: 'What is to be seen, how surely, and when.',
    version: 1,
    schema: z.object({ ...media, model: modelSchema, tags: z.array(tagSchema) }),
  },
} as const satisfies EventDefinitions;
