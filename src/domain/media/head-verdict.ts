import { z } from 'zod';

/** What a model trained on people's decisions makes of an item. */
export const headVerdictSchema = z.object({
  modelId: z.string(),
  score: z.number().min(0).max(1).describe('How much it is like what people rejected'),
  threshold: z.number().min(0).max(1).describe('From which on a person decides'),
});
export type HeadVerdict = z.infer<typeof headVerdictSchema>;
