import { z } from 'zod';

const ssim = z.number().min(-1).max(1).nullable();

/** What samples of the renditions showed, beside the original at the same time. */
export const qualitySchema = z.object({
  samplesAtSeconds: z
    .array(z.number())
    .describe('When the samples begin; none where nothing could be compared'),
  framesEach: z.int().describe('Frames of a sample, one behind the other'),
  width: z.int().describe('They were compared at the size of the best rung'),
  height: z.int(),
  rungs: z.array(
    z.object({
      name: z.string(),
      bitrateBps: z.number().describe('As it came out, on average'),
      ssim: ssim.describe('Of brightness and colour, the mean of all samples: 1 is the original'),
      worstSsim: ssim.describe('Of the sample that is least like the original'),
      worstAtSeconds: z.number().nullable().describe('When that sample begins'),
    }),
  ),
});
export type Quality = z.infer<typeof qualitySchema>;

/** What of a rendition its measuring has to be told. */
export const renditionPlaceSchema = z.object({
  name: z.string(),
  blobPrefix: z.string(),
  averageBitrateBps: z.number(),
});
export type RenditionPlace = z.infer<typeof renditionPlaceSchema>;
