import { z } from 'zod';

/** 0..1; a float of four bytes may be a hair above. */
const fraction = z.number().min(0).max(1.001);

/** A line as it is to be read in a picture. */
export const readLineSchema = z
  .object({
    text: z.string().max(2000),
    /** 0..1: of what is a texture, and no text, hardly ever above 0.7. */
    confidence: fraction,
    /** Left, top, width, height as fractions of the picture. */
    box: z.tuple([fraction, fraction, fraction, fraction]).readonly(),
  })
  .readonly();
export type ReadLine = z.infer<typeof readLineSchema>;
