import { z } from 'zod';

/** Of what people write about an item, wherever it comes in. */
export const detailLimits = {
  titleCharacters: 500,
  descriptionCharacters: 10_000,
  tags: 50,
  tagCharacters: 100,
};

export const titleSchema = z.string().trim().max(detailLimits.titleCharacters);
export const descriptionSchema = z.string().max(detailLimits.descriptionCharacters);
export const tagsSchema = z
  .array(z.string().trim().min(1).max(detailLimits.tagCharacters))
  .max(detailLimits.tags);
export const mediaIdParams = z.object({ id: z.string().min(1).max(200) });
export const acceptedSchema = z.object({ mediaId: z.string(), position: z.string() });
