import { z } from 'zod';
import { modelSchema } from '../media-values.js';

/** What becomes of what models suggest to an item as it comes in: it stands beside it, or fills in what nobody wrote. */
export const suggestionUses = ['suggest', 'accept'] as const;
export type SuggestionUse = (typeof suggestionUses)[number];

/** What of an item a model may suggest, and a person accept. */
export const metadataFields = ['title', 'description', 'tags', 'genre'] as const;
export type MetadataField = (typeof metadataFields)[number];

const confidence = z.number().describe('0..1');
export const suggestedTextSchema = z.object({ text: z.string(), confidence });
export const suggestedNameSchema = z.object({ name: z.string(), confidence });

const acceptedBy = {
  confidence,
  model: modelSchema.describe('Which suggested it'),
  byItself: z
    .literal(true)
    .exactOptional()
    .describe('No person took it: the configuration has what nobody had written filled in'),
};
export const acceptedTextSchema = z.object({ text: z.string(), ...acceptedBy });
export const acceptedNameSchema = z.object({ name: z.string(), ...acceptedBy });
