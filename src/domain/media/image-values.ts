import { z } from 'zod';

const text = z.string().nullable();
const figure = z.number().nullable();

/** The same shape as the port's `PhotoDetails`. */
export const photoSchema = z.object({
  cameraMake: text,
  cameraModel: text,
  lens: text,
  software: text,
  exposureSeconds: figure,
  aperture: figure.describe('The f-number'),
  iso: figure,
  focalLengthMillimetres: figure,
  focalLength35Millimetres: figure.describe('What it would be on 35 mm film'),
  flashFired: z.boolean().nullable(),
  takenAt: text.describe('By the camera’s clock, without a time zone'),
  takenAtOffset: text.describe('The time zone of that clock, such as `+02:00`'),
  title: text,
  description: text,
  creator: text,
  copyright: text,
  keywords: z.array(z.string()),
  location: z
    .object({ latitude: z.number(), longitude: z.number(), altitudeMetres: figure })
    .nullable()
    .describe('Degrees, north and east positive'),
});

/** The same shape as the port's `ImageProbe`. */
export const imageSchema = z.object({
  codedWidth: z.int().describe('As stored'),
  codedHeight: z.int().describe('As stored'),
  width: z.int().describe('As shown, after orientation'),
  height: z.int().describe('As shown, after orientation'),
  orientation: z.int().min(1).max(8).describe('As EXIF numbers it; 1 is as stored'),
  frameCount: z.int().describe('More than one for an animation'),
  hasAlpha: z.boolean(),
  bitDepth: z.int(),
  colorSpace: z.string(),
  colorProfile: text.describe('Its name'),
});
