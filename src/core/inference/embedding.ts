import { z } from 'zod';

const MOST_BYTES = 4096;

/** What a model saw in a picture, before it gave names to it: of numbers of one byte each. Only those of one space can be compared. */
export const embeddingSchema = z.object({
  space: z.string().min(1).max(200).describe('Model, weights and projection'),
  vector: z.custom<Uint8Array>(
    (value) => value instanceof Uint8Array && value.length > 0 && value.length <= MOST_BYTES,
  ),
});
export type Embedding = z.infer<typeof embeddingSchema>;
