import { z } from 'zod';

/** What a recording tells of itself: text of people, tidied and cut. */
export const songSchema = z.object({
  title: z.string().nullable(),
  artist: z.string().nullable(),
  album: z.string().nullable(),
  albumArtist: z.string().nullable(),
  track: z.int().nullable(),
  trackCount: z.int().nullable(),
  disc: z.int().nullable(),
  year: z.int().nullable(),
  genre: z.string().nullable(),
});

/** The same shape as the port's `SoundMeasurement`. */
export const soundMeasurementSchema = z.object({
  durationSeconds: z.number().describe('Of what is heard, exactly'),
  sampleRateHz: z.int().describe('As it is served'),
  channels: z.int().describe('As it is served'),
  integratedLufs: z.number().nullable().describe('EBU R128; null of what is too quiet or too short'),
  loudnessRangeLu: z.number().nullable(),
  truePeakDbtp: z.number().nullable().describe('Null of digital silence'),
  clippedSamples: z.int().describe('In runs of three and more at full scale, of all channels'),
  silenceAtStartSeconds: z.number(),
  silenceAtEndSeconds: z.number(),
  encoderDelaySamples: z
    .int()
    .nullable()
    .describe('That the file says its encoder has put before it, and that are cut off'),
  encoderPaddingSamples: z.int().nullable().describe('The same behind it'),
});
export type SoundMeasured = z.infer<typeof soundMeasurementSchema>;

export const soundRungSchema = z.object({ name: z.string(), bitrateBps: z.number() });
export type SoundRung = z.infer<typeof soundRungSchema>;
