import { z } from 'zod';
import type { EventDefinitions } from '../../../core/event.js';
import { taxonomyReferenceSchema } from '../../taxonomy/taxonomy-document.js';
import { modelSchema } from '../media-values.js';
import {
  acceptedNameSchema,
  acceptedTextSchema,
  suggestedNameSchema,
  suggestedTextSchema,
} from '../metadata/metadata-values.js';
import { failure, media } from './event-fields.js';

const ofRequest = {
  ...media,
  requestId: z
    .string()
    .min(1)
    .describe('Where nobody asked, as at ingestion: the id of the job that did the step'),
};

/** What models suggest that an item is called and said to be about, and what people take of it. */
export const metadataEvents = {
  MetadataRequested: {
    summary: 'Somebody asked for suggestions of title, summary, tags and genre.',
    version: 1,
    schema: z.object(ofRequest),
  },
  MetadataSuggested: {
    summary:
      'A model suggests what an item is called and about; nothing that people wrote is changed by it. Null, or none, is what it has nothing to suggest for.',
    version: 1,
    schema: z.object({
      ...ofRequest,
      model: modelSchema,
      taxonomy: taxonomyReferenceSchema.describe('Tags and genre are of it'),
      title: suggestedTextSchema.nullable(),
      summary: suggestedTextSchema.nullable(),
      tags: z.array(suggestedNameSchema),
      genre: suggestedNameSchema.nullable(),
      askedHash: z
        .string()
        .describe('sha256 of all that was asked, and of who: the same question is answered from history'),
      isRemembered: z.boolean().describe('It was answered from history: nobody was asked, or paid'),
    }),
    personal: { title: null, summary: null, tags: [], genre: null, askedHash: '' },
  },
  MetadataFailed: {
    summary: 'No model could be had that suggests anything; it can be asked for again.',
    version: 1,
    schema: z.object({ ...ofRequest, ...failure }),
  },
  MetadataAccepted: {
    summary:
      'A person, or the configuration in their place, took what a model suggested; the change itself follows. All that was ever taken of each is here, by the latest.',
    version: 1,
    schema: z.object({
      ...media,
      title: acceptedTextSchema.nullable(),
      description: acceptedTextSchema.nullable(),
      tags: z.array(acceptedNameSchema).describe('A genre among them: it becomes a tag'),
    }),
    personal: { title: null, description: null, tags: [] },
  },
} as const satisfies EventDefinitions;
