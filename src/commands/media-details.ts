import { z } from 'zod';

/** Limits of what people write about an item, wherever it comes in. */
export const titleSchema = z.string().trim().max(300);
export const descriptionSchema = z.string().max(10_000);
export const tagsSchema = z.array(z.string().trim().min(1).max(100)).max(50);
export const sha256Schema = z
  .string()
  .regex(/^[0-9a-fA-F]{64}$/, 'must be 64 hexadecimal digits')
  .transform((text) => text.toLowerCase());

export const mediaIdParams = z.object({ id: z.string().min(1).max(200) });
export const acceptedSchema = z.object({ mediaId: z.string(), position: z.string() });
